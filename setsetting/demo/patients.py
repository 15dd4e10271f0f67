"""Simulated patients for the demo, mid-course; pure numbers from a seed, marked as simulated everywhere.

Totals start near the published baseline's spread and drift down unevenly with noise, as the simulations
behind the link's rules do; nothing here says what a patient of a clinic will do.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.clinical.pcl5 import HIGHEST, ITEM_COUNT
from setsetting.clinical.setting import TAP_NAMES
from setsetting.units import Minutes

USUAL = """\
lighting = "dim"
light_kind = "warm"
eye_shades = "throughout"
people_present = ["facilitator"]
position = "reclined"
resting_on = "recliner"
staff_position = "beside"
music_chosen_by = "clinic"
"""
"""What the demo's people say is usual in their room, as a setting file; nobody's recommendation."""


@dataclass(frozen=True, slots=True)
class SimulatedForm:
    taken: str
    recall: Recall
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class SimulatedSession:
    """One earlier session, entered afterwards as from paper; `setting` is the text of a setting file."""

    started: str
    minutes: Minutes
    setting: str


@dataclass(frozen=True, slots=True)
class SimulatedPatient:
    code: str
    vetoes: tuple[tuple[str, str], ...]
    forms: tuple[SimulatedForm, ...]
    sessions: tuple[SimulatedSession, ...]


def simulated_patients(today: datetime) -> Iterator[SimulatedPatient]:
    """Four patients with two to five sessions behind them; the first is the one whose day it is."""
    for number, (held, vetoes) in enumerate(
        [(3, (("tag", "choir"),)), (5, ()), (2, ()), (4, (("artist", "Mira Dost"),))], 1
    ):
        yield _patient(number, held, vetoes, today)


def _patient(number: int, held: int, vetoes: tuple[tuple[str, str], ...], today: datetime) -> SimulatedPatient:
    chance = random.Random(f"demo patient {number}")
    first = today - timedelta(days=7 * held + number)
    total = min(72.0, max(36.0, chance.gauss(52, 9)))
    drop = total * chance.uniform(0.25, 0.6) / 6
    forms = [_form(first - timedelta(days=3), Recall.MONTH, total + chance.gauss(0, 3), chance)]
    sessions = []
    minutes = Minutes(60 if number == 4 else 40)
    for week in range(held):
        start = (first + timedelta(days=7 * week)).replace(hour=10, minute=15 * (number % 3))
        if not (number == 2 and week == 2):  # one form was never filled
            forms.append(_form(start - timedelta(days=1), Recall.WEEK, total + chance.gauss(0, 4), chance))
        sessions.append(SimulatedSession(start.strftime("%Y-%m-%dT%H:%M"), minutes, _setting(week, chance)))
        total = max(6.0, total - drop * chance.uniform(0.5, 1.5))
    if number != 3:
        newest = today - timedelta(days=number - 1)
        forms.append(_form(newest, Recall.WEEK, total + chance.gauss(0, 4), chance, blank=number == 4))
    return SimulatedPatient(f"DEMO-{number}", vetoes, tuple(forms), tuple(sessions))


def _form(day: datetime, recall: Recall, total: float, chance: random.Random, *, blank: bool = False) -> SimulatedForm:
    """Spread a total over twenty items, one point at a time."""
    wanted = min(HIGHEST * ITEM_COUNT, max(0, round(total)))
    items = [0] * ITEM_COUNT
    while sum(items) < wanted:
        item = chance.randrange(ITEM_COUNT)
        items[item] = min(HIGHEST, items[item] + 1)
    answers: list[Item] = list(items)
    if blank:
        answers[7] = NoAnswer.MISSING
    return SimulatedForm(day.strftime("%Y-%m-%d"), recall, tuple(answers))


def _setting(week: int, chance: random.Random) -> str:
    """What differed from the room's profile, as a setting file."""
    worn, music = chance.choice([("throughout", "headphones"), ("throughout", "both"), ("not offered", "loudspeakers")])
    touch, consent = chance.choice(
        [("none", "not needed"), ("none", "agreed beforehand"), ("hand", "asked at the time")]
    )
    number, by = chance.choice([(0, []), (0, []), (1, ["door"])])
    lines = [
        f'lighting = "{chance.choice(["dark", "dim", "dim"])}"',
        f'eye_shades = "{chance.choice(["throughout", "throughout", "part of the time"])}"',
        f'headphones = "{worn}"',
        f'music_delivery = "{music}"',
        f'touch = "{touch}"',
        f'touch_consent = "{consent}"',
        f"interruptions = {number}",
        f"interrupted_by = {by}",
    ]
    if week:
        taps = {name: chance.randint(5, 10) for name in TAP_NAMES}
        if chance.random() < 0.4:
            taps.pop("openness")
        lines += ["[taps]", *(f"{name} = {value}" for name, value in taps.items())]
    return "\n".join(lines) + "\n"
