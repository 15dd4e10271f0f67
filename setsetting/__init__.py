"""Set & Setting: timed soundscapes, session logs and PCL-5 review for IV ketamine clinics.

The package root imports nothing, so that a thin command line stays thin.
"""

__version__ = "0.1.0"
