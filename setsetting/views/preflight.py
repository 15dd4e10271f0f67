"""A preflight as data and in words: the same lines on the screen and on the command line."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.words.numbers import local_text, utc_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.preflight import Preflight
    from setsetting.session.preflight_line import PreflightLine

GROUPS: dict[str, tuple[str, ...]] = {
    _("sound"): ("output", "heard", "sides", "calibration", "alone"),
    _("music"): ("plan", "files", "to_the_end", "grounding", "all_ends"),
    _("patient"): ("agreed", "form", "sessions", "by_lot"),
    _("record"): ("writable", "verified", "disk", "backup"),
    _("machine"): ("power", "sleep", "others", "clock"),
}
LABELS = {
    "output": _("output"),
    "heard": _("heard"),
    "sides": _("both sides"),
    "calibration": _("calibration"),
    "alone": _("alone"),
    "plan": _("plan"),
    "files": _("files"),
    "to_the_end": _("to the end"),
    "grounding": _("grounding"),
    "all_ends": _("all ends"),
    "agreed": _("agreed"),
    "form": _("form"),
    "sessions": _("sessions"),
    "by_lot": _("by lot"),
    "writable": _("writable"),
    "verified": _("verified"),
    "disk": _("disk"),
    "backup": _("backup"),
    "power": _("power"),
    "sleep": _("sleep"),
    "others": _("others"),
    "clock": _("clock"),
}
LIGHT_WORDS = {"ready": _("ready"), "look": _("look"), "mend": _("mend")}
SIGNS = {"ready": "●", "look": "▲", "mend": "✕"}
MENDING_WORDS = {
    "output": _("choose an output"),
    "tone": _("test tone"),
    "level": _("measure it"),
    "build": _("build it anew"),
    "form": _("fill it now"),
    "close": _("close it"),
    "draw": _("show it"),
    "agree": _("ask now"),
    "backup": _("make a copy"),
}
COMMANDS = {
    "output": "--output NAME",
    "tone": "setsetting sound tone NAME",
    "level": "setsetting sound level NAME",
    "build": "setsetting soundscape build",
    "form": "setsetting pcl5 add",
    "close": "setsetting session close",
    "draw": "setsetting alternation due CODE",
    "agree": "setsetting visit agree CODE",
    "backup": "setsetting record backup",
}


def group_of(name: str) -> str:
    return next(group for group, names in GROUPS.items() if name in names)


def as_data(found: "Preflight") -> dict[str, Any]:
    return {
        "patient": found.visit.code,
        "visit_no": None if found.is_rehearsal else found.visit.next_visit,
        "rehearsal": found.is_rehearsal,
        "output": found.asked.output,
        "room": found.asked.room,
        "at": utc_text(found.at_utc_ms),
        "took_s": round(found.took_s, 3),
        "ready": not found.blocks,
        "lines": [
            {
                "name": line.name.value,
                "group": group_of(line.name),
                "state": line.light.value,
                "words": line.words,
                "mending": None if line.mending is None else line.mending.value,
            }
            for line in found.lines
        ],
    }


def in_words(found: "Preflight", zone: ZoneInfo) -> list[str]:
    """What blocks first, then every line in its group, then the sum."""
    where = " · ".join(filter(None, (found.asked.room, " + ".join(found.asked.outputs))))
    said = [f"{heading(found)} · {where} · {local_text(found.at_utc_ms, zone)}", ""]
    said += [f"{SIGNS[line.light]} {blocking_words(line)}" for line in found.blocks]
    said += [""] if found.blocks else []
    for group, names in GROUPS.items():
        for at, line in enumerate(line for line in found.lines if line.name in names):
            act = "" if line.light == "ready" or line.mending is None else f"  [{COMMANDS[line.mending]}]"
            head = (
                f"{group if not at else '':<8} {SIGNS[line.light]} {LIGHT_WORDS[line.light]:<5} {LABELS[line.name]:<11}"
            )
            said.append(f"{head} {line.words}{act}")
    return [*said, "", sum_words(found), boundary_words()]


def as_text(found: "Preflight", zone: ZoneInfo) -> str:
    """The same as a page to print."""
    return "\n".join((*in_words(found, zone), ""))


def heading(found: "Preflight") -> str:
    """For whom it is, and which infusion it would be."""
    simulated = _("simulated") if found.visit.simulated else ""
    words = _("PREFLIGHT {code}").format(code=found.visit.code)
    return " · ".join(filter(None, (words, which(found), simulated)))


def which(found: "Preflight") -> str:
    """Which infusion it would be; a rehearsal is none."""
    if found.is_rehearsal:
        return _("rehearsal")
    return _("infusion {n} of {of}").format(n=found.visit.next_visit, of=found.visit.of)


def blocking_words(line: "PreflightLine") -> str:
    return _("Not ready: {label}. {words}").format(label=LABELS[line.name], words=line.words)


def sum_words(found: "Preflight") -> str:
    """How many lines stand how, and how long the look took."""
    standing = [line.light.value for line in found.lines]
    mend, look, ready = map(standing.count, ("mend", "look", "ready"))
    lines = count("{n} line", "{n} lines", len(found.lines))
    words = _("{mend} to mend · {look} to look at, blocking nothing · {ready} ready · {lines} in {took:.1f} s")
    return words.format(mend=mend, look=look, ready=ready, lines=lines, took=found.took_s)


def seen(found: "Preflight") -> tuple[str, ...]:
    """What was only to be looked at, as the session's trail keeps it: of the room and the machine, not of the patient.

    What the plan differs in is kept by the start itself.
    """
    unkept = {"plan", *GROUPS[_("patient")]}
    looked = [line for line in found.lines if line.light == "look" and line.name not in unkept]
    return tuple(f"{LABELS[line.name]}: {line.words}" for line in looked)


def refused_words(found: "Preflight") -> str:
    """That a start would be refused, and by what."""
    names = ", ".join(LABELS[line.name] for line in found.blocks)
    return _("Not ready, a start would be refused: {names}.").format(names=names)


def boundary_words() -> str:
    return _("Checks files, sound and machine. No check of the patient; not for dosing or monitoring.")
