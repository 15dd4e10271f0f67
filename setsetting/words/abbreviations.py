"""What abbreviations stand for; each page says those that it uses, once."""

from collections.abc import Iterable

from setsetting.words.translate import _

MEANINGS = {
    "PCL-5": _("PTSD Checklist for DSM-5: 20 items of 0 to 4 points, the total 0 to 80"),
    "B, C, D, E": _("its clusters: items 1–5, 6–7, 8–14 and 15–20"),
    "PTSD": _("posttraumatic stress disorder"),
    "DSM-5": _("Diagnostic and Statistical Manual of Mental Disorders, 5th edition"),
    "CAPS-5": _("Clinician-Administered PTSD Scale for DSM-5, a structured interview"),
    "SD": _("standard deviation, how far values lie from their mean"),
    "CR2": _("errors that allow for sessions of one patient being alike, corrected for few patients"),
    "ANCOVA": _("analysis of covariance: the later score set beside the earlier one and the setting"),
    "ReSPCT": _("Reporting of Setting in Psychedelic Clinical Trials, a guideline of 30 items"),
    "PMID, PMC": _("number of an article in PubMed, in PubMed Central"),
    "min": _("minutes of the infusion"),
    "dB": _("decibel, beside the level of the plan"),
    "LU": _("loudness unit, a step of 1 dB in loudness"),
    "LUFS": _("loudness in LU below the loudest a file can hold (full scale)"),
    "bpm": _("beats a minute"),
}


def meanings(names: Iterable[str]) -> list[tuple[str, str]]:
    """The abbreviations of these names with what they stand for."""
    return [(name, MEANINGS[name]) for name in names]
