"""The mappings that need no file: what `setsetting export` writes, as CSV and for REDCap; and one to begin a new one from."""

import msgspec

from setsetting.clinical.pcl5 import ITEM_COUNT
from setsetting.clinical.setting import FIELD_NAMES, FIELDS, TAP_NAMES, FieldKind
from setsetting.exchange.mapping import FORMAT, ImportMapping, MappedForm, MappedSession, MappedTotal, RowsThat
from setsetting.words.translate import _

ITEM_COLUMNS = tuple(f"pcl5_{number:02}" for number in range(1, ITEM_COUNT + 1))
_FORM = MappedForm(
    patient="patient",
    taken="taken",
    recall_column="recall",
    items=ITEM_COLUMNS,
    blank=("-",),
    total="total",
    simulated="simulated",
    by_patient="by_patient",
    second="second",
    upheld="upheld",
    queries="queries",
    empty="take",
    day_means="before",
)
_SESSION = MappedSession(
    patient="patient",
    started="started",
    ended="ended",
    infusion="infusion",
    planned="planned",
    zero="zero",
    room="room",
    note="note",
    simulated="simulated",
    setting={name: name for name in FIELD_NAMES},
    taps={name: f"tap_{name}" for name in TAP_NAMES},
)
_TOTAL = MappedTotal(
    patient="patient",
    taken="taken",
    total="total",
    scale_column="scale",
    lowest="lowest",
    highest="highest",
    simulated="simulated",
)
AS_TOLD = 1_000_000
"""Days before the first infusion: what this program wrote is taken as it stands."""

_OURS = ImportMapping(FORMAT, delimiter=",", neutralised=True, contradictions="take", early_days=AS_TOLD)
OWN_FORMS = msgspec.structs.replace(_OURS, forms=(_FORM,))
OWN_SESSIONS = msgspec.structs.replace(_OURS, sessions=(_SESSION,))
OWN_SCALES = msgspec.structs.replace(_OURS, scales=(_TOTAL,))

EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
REDCAP_ID, REDCAP_FORM, REDCAP_SESSION, REDCAP_SCALE = "record_id", "pcl5", "session", "scale"
REDCAP_RECALLS = {"1": "week", "2": "month"}
REDCAP = msgspec.structs.replace(
    _OURS,
    delimiter="",
    forms=(
        MappedForm(
            patient=REDCAP_ID,
            taken="pcl5_taken",
            recall_column="pcl5_recall",
            recalls=REDCAP_RECALLS,
            items=ITEM_COLUMNS,
            blank=("",),
            total="pcl5_total",
            simulated="pcl5_simulated",
            by_patient="pcl5_by_patient",
            second="pcl5_second",
            upheld="pcl5_upheld",
            queries="pcl5_queries",
            empty="take",
            day_means="before",
            when=RowsThat(INSTRUMENT, (REDCAP_FORM,)),
        ),
    ),
    sessions=(
        MappedSession(
            patient=REDCAP_ID,
            started="session_started",
            ended="session_ended",
            infusion="session_infusion",
            planned="session_planned",
            zero="session_zero",
            room="session_room",
            note="session_note",
            simulated="session_simulated",
            setting={name: f"set_{name}" for name in FIELD_NAMES},
            taps={name: f"tap_{name}" for name in TAP_NAMES},
            when=RowsThat(INSTRUMENT, (REDCAP_SESSION,)),
        ),
    ),
    scales=(
        MappedTotal(
            patient=REDCAP_ID,
            taken="scale_taken",
            total="scale_total",
            scale_column="scale_name",
            lowest="scale_lowest",
            highest="scale_highest",
            simulated="scale_simulated",
            when=RowsThat(INSTRUMENT, (REDCAP_SCALE,)),
        ),
    ),
)


def mapping_text() -> str:
    """A mapping file to begin from: every key with what it means."""
    choices = [
        f"# {each.name}: " + ("0 to 99" if each.kind is FieldKind.COUNT else ", ".join(each.choices)) for each in FIELDS
    ]
    return _TEXT + "\n".join(choices) + "\n# " + _("taps, 0 to 10: ") + ", ".join(TAP_NAMES) + "\n"


_TEXT = f'''\
# Which column of another program's table holds what. Names of columns are those of its first line.
format = "{FORMAT}"
# encoding = "latin-1"        # else UTF-8 where it is UTF-8, else Latin-1
# delimiter = ";"             # else what the first line has most of: comma, semicolon, tab
# decimal_comma = true        # else where no commas part the cells
# dates = "day.month.year"    # or year-month-day (10:30 may follow), day/month/year, month/day/year
# early_days = 366            # a form from longer before the first infusion is asked about
# neutralised = true          # an apostrophe stands before = + - @, and is no part of the cell
# contradictions = "take"     # two words of a setting that cannot both be so are asked about, or taken

# [codes]                     # this clinic's codes by those of the file
# "1001" = "K-0417"

[[forms]]                     # once for each form that a row holds
patient = "record_id"
taken = "pcl5_date"           # a day, or a day and a time
# taken_time = "pcl5_time"
recall = "week"               # or month; or recall_column = "version"
# recalls = {{ "past week" = "week" }}
items = "pcl5_{{n}}"            # {{n}} is 1 to 20, {{nn}} 01 to 20; or twenty names in brackets
# item = "item_no"            # in the place of items, where each row holds one answer
# answer = "answer"
# answers = {{ "Not at all" = 0, "Extremely" = 4 }}
# blank = ["", "-", "NA", "-99"]
# declined = ["d", "-77"]
# total = "pcl5_total"        # looked at, never taken: one that is not the sum is refused
# by_patient = "self_entered"   # yes where the patient entered it on a screen
# second = "second_keying"    # twenty answers with blanks between; upheld = "why the first stands"
# queries = "queries"         # [{{"question": "...", "answer": null}}]
# empty = "take"              # a day without any answer is a form; else it is left out
# day_means = "before"        # a day without a time is before that day's infusion; else it is asked about
# when = {{ column = "redcap_event_name", holds = ["baseline_arm_1"] }}

# [[sessions]]
# patient = "record_id"
# started = "infusion_date"   # with its time, or started_time beside it
# minutes = "minutes"         # or ended = "infusion_end"
# room = "room"               # a room of clinic.toml
# note = "note"
# setting = {{ lighting = "light" }}
# taps = {{ liking = "liked" }}
# when = {{ column = "minutes" }}  # only rows in which this column holds anything

# [[scales]]                  # totals of other scales, which clinic.toml names under [scales]
# patient = "record_id"
# taken = "meq_date"
# scale = "MEQ30"             # or scale_column = "scale"
# total = "meq_total"
# lowest = "from"             # and highest = "to": its range as it was stated; else as clinic.toml has it

# What the columns of a setting may hold:
'''
