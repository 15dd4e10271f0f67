"""clinic.toml: what the clinic says of itself, read strictly."""

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from setsetting import strict_toml
from setsetting.clinical.form import Recall
from setsetting.clinical.form_schedule import FormAfter, FormSchedule
from setsetting.clinical.scales import HIGHEST, KNOWN, scale
from setsetting.machine import files, zone
from setsetting.units import Hertz
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

FILE = "clinic.toml"
RATES_HZ = (44_100, 48_000)
LATEST_FORM_DAYS = 1_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,39}")


class CourseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many infusions a course has; at least six in the paradigm this program serves."""

    infusions: int = 6


class AfterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form after a course: so many days after its last infusion, for so many days more."""

    name: str
    recall: Recall
    days: int
    within_days: int


class FormSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which PCL-5 forms Today reminds of."""

    before: list[Recall] = msgspec.field(default_factory=lambda: list(FormSchedule().before))
    weekly: bool = True
    after: list[AfterSettings] = msgspec.field(default_factory=list)

    @property
    def schedule(self) -> FormSchedule:
        after = [FormAfter(each.name, each.recall, each.days, each.within_days) for each in self.after]
        return FormSchedule(tuple(self.before), self.weekly, tuple(after))


class OwnRuleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the clinic means by a word: a fall in points, in percent of the first score, a last score; all that are given."""

    fall: int | None = None
    fall_percent: int | None = None
    at_most: int | None = None


class OutcomeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that no report uses unless the clinic says what it means by them."""

    response: OwnRuleSettings | None = None
    remission: OwnRuleSettings | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clinic's time zone, sample rate, rooms, course and forms."""

    time_zone: str
    rooms: list[str]
    rate_hz: Hertz = Hertz(44_100)
    course: CourseSettings = msgspec.field(default_factory=CourseSettings)
    forms: FormSettings = msgspec.field(default_factory=FormSettings)
    outcomes: OutcomeSettings = msgspec.field(default_factory=OutcomeSettings)
    scales: dict[str, str] = msgspec.field(default_factory=dict)
    """Other scales whose totals are noted: the range of each as LOWEST:HIGHEST, empty where it is known."""
    outputs: dict[str, str] | None = None
    """Where outputs stood before rooms had their own; refused, and said where they stand."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def read(folder: Path) -> Settings:
    """Read and check FOLDER/clinic.toml; a trouble names the file, the line and the key."""
    path = folder / FILE
    text = files.read_text(path)
    settings = strict_toml.parse(text, path, Settings)
    for place, wrong, trouble in (
        (("time_zone",), not zone.is_zone(settings.time_zone), _("not a time zone; write one like Europe/London.")),
        (("rate_hz",), settings.rate_hz not in RATES_HZ, _("44100 or 48000 expected.")),
        (("rooms",), not settings.rooms, _("at least one room is needed.")),
        (("rooms",), len(set(settings.rooms)) != len(settings.rooms), _("a room is named twice.")),
        (
            ("rooms",),
            not all(_NAME.fullmatch(name) for name in settings.rooms),
            _("a room's name has up to 40 letters, digits, spaces, dots, - and _."),
        ),
        (("course", "infusions"), not 1 <= settings.course.infusions <= 60, _("1 to 60 infusions expected.")),
        (
            ("outputs",),
            settings.outputs is not None,
            _(
                "an output is its room's now: [outputs.NAME] in rooms/ROOM.toml, with device and through; take it away here."
            ),
        ),
        *_forms(settings.forms),
        *_outcomes(settings.outcomes),
        *_scales(settings.scales),
    ):
        if wrong:
            raise strict_toml.at(text, path, place, trouble)
    return settings


def _outcomes(outcomes: OutcomeSettings) -> Iterator[tuple[tuple[str | int, ...], bool, str]]:
    """Where a word of the clinic's own may be wrong, whether it is, and what is expected."""
    for word, rule in (("response", outcomes.response), ("remission", outcomes.remission)):
        if rule is None:
            continue
        given = {
            "fall": (rule.fall, 1, 80),
            "fall_percent": (rule.fall_percent, 1, 100),
            "at_most": (rule.at_most, 0, 80),
        }
        yield (
            ("outcomes", word),
            all(value is None for value, _least, _most in given.values()),
            _("a rule needs one of fall, fall_percent and at_most."),
        )
        for name, (value, least, most) in given.items():
            wrong = value is not None and not least <= value <= most
            yield ("outcomes", word, name), wrong, _("{least} to {most} expected.").format(least=least, most=most)


def _scales(scales: dict[str, str]) -> Iterator[tuple[tuple[str | int, ...], bool, str]]:
    """Where a scale may be wrong, whether it is, and what is expected."""
    names = [spelled(name) for name in scales]
    for name, stated in scales.items():
        unnamed = _NAME.fullmatch(name) is None or names.count(spelled(name)) > 1
        yield ("scales", name), unnamed, _("a name of its own, up to 40 letters, digits, spaces, dots, - and _.")
        said = _(
            'its range is expected as "LOWEST:HIGHEST", whole numbers up to {most}; none is known to this program.'
            if name not in KNOWN
            else 'its range is expected as "LOWEST:HIGHEST", whole numbers up to {most}, or "" for the one that is known.'
        )
        yield ("scales", name), scale(name, stated) is None, said.format(most=HIGHEST)


def _forms(forms: FormSettings) -> Iterator[tuple[tuple[str | int, ...], bool, str]]:
    """Where a schedule of forms may be wrong, whether it is, and what is expected."""
    for at, each in enumerate(forms.after):
        place = ("forms", "after", at)
        names = [other.name for other in forms.after[:at]]
        named = _NAME.fullmatch(each.name) is None or each.name in names
        yield (*place, "name"), named, _("a name of its own, up to 40 letters, digits, spaces, dots, - and _.")
        yield (
            (*place, "days"),
            not 1 <= each.days <= LATEST_FORM_DAYS,
            _("1 to {n} days expected.").format(n=LATEST_FORM_DAYS),
        )
        yield (
            (*place, "within_days"),
            not 0 <= each.within_days <= LATEST_FORM_DAYS,
            _("0 to {n} days expected.").format(n=LATEST_FORM_DAYS),
        )
        for other in forms.after[:at]:
            apart = other.days + other.within_days < each.days or each.days + each.within_days < other.days
            yield (
                (*place, "days"),
                each.recall is other.recall and not apart,
                _("its days are those of {name} too, and one form would stand for both.").format(name=other.name),
            )


def without_a_file() -> Settings:
    """What holds where there is no clinic.toml that can be read: the machine's time zone, and no room."""
    return Settings(time_zone=zone.machine_zone(), rooms=[])


def first_text() -> str:
    """The clinic.toml that `init` writes: the machine's time zone and one room."""
    return (
        "# What this clinic says of itself. Keys that are not known are refused.\n"
        "# Set the time zone before anything is entered: a time that is typed is one of this zone. A day stays that day.\n"
        f'time_zone = "{zone.machine_zone()}"\n'
        'rooms = ["room-1"]  # each has a profile, rooms/NAME.toml, its outputs too\n'
        "rate_hz = 44100      # of rendered files and of what is played; or 48000\n"
        "\n"
        "[course]\n"
        "infusions = 6\n"
        "\n"
        "[forms]  # PCL-5 forms that Today reminds of; after a course only what stands here\n"
        '# before = ["month", "week"]  # before infusion 1\n'
        "# weekly = true               # after each infusion\n"
        "# [[forms.after]]\n"
        '# name = "end of course"\n'
        '# recall = "week"             # or "month"\n'
        "# days = 7                    # after the last infusion of the course\n"
        "# within_days = 7             # so long it may be filled, then it is missing\n"
        "\n"
        "# [outcomes.response]          # no report says response or remission unless the clinic says what it means\n"
        "# fall = 18                    # points\n"
        "# fall_percent = 30            # of the first score\n"
        "# [outcomes.remission]\n"
        "# at_most = 28                 # the last score\n"
        "\n"
        "# [scales]                     # totals of other scales that are noted, each with its range as the clinic has it\n"
        '# MEQ30 = ""                   # 0 to 150, the one range that is known here\n'
        '# CADSS = "LOWEST:HIGHEST"\n'
    )
