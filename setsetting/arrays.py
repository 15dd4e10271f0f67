"""Arrays named by what they hold, so that a signature says which axis is which."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Block: TypeAlias = npt.NDArray[np.float32]
"""Sound as it is played: (frames, channels), full scale 1.0."""
Pcm16: TypeAlias = npt.NDArray[np.int16]
"""Sound as it is written: (frames, 2)."""
Planes: TypeAlias = npt.NDArray[np.float32]
"""Sound as it is measured: (channels, frames)."""
Floats: TypeAlias = npt.NDArray[np.float64]
"""What is computed of sound or of tracks: one axis, or as the function says."""
