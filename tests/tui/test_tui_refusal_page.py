"""The page of a refusal: all phases and rules at once, whole at every size, and numbers that add up."""

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from tui_stage import SIZES, Stage, named, on_stage, refused, shown

from setsetting.tui.widgets.plan_view import what_to_do
from setsetting.tui.widgets.refusal_page import RefusalPage, RefusedPhase, ShownRefusal

HEADS = ("refused", "heard", "energy", "words", "words not noted", "sudden rise", "tempo", "tempo unknown", "too short")
OFFERS = (
    ("one track of 94 beats a minute instead of 90, in peak, and tracks whose tempo nobody knows", "2 tracks"),
    ("sudden rises up to 9.5 LU instead of 8, in peak", "one rise of 9.4 LU, at minute 41"),
    ("noise beds where no track fits, in peak", "6:20 of noise bed"),
    ("up to 3 tracks by one artist instead of 2", "3 tracks by Ana Vale"),
    ("steps of energy up to 2.5 levels instead of 2", "one step"),
)


def phase(name: str, *taken: int, blocked: bool = False) -> RefusedPhase:
    return RefusedPhase(name, "−10 to 0", 109, taken, 109 - sum(taken), 3, blocked)


REFUSAL = ShownRefusal(
    sentence="No soundscape is possible. Phase peak can't be filled: two tracks are left, they play 13:40 of 20:00.",
    heads=HEADS,
    loud_head="sudden rise",
    phases=(
        phase("arrive", 6, 34, 45, 2, 0, 4, 1, 0, 1),
        phase("soothe", 6, 34, 38, 3, 1, 6, 2, 0, 1),
        phase("build", 6, 34, 33, 6, 0, 15, 8, 0, 1),
        phase("peak", 6, 34, 40, 8, 0, 11, 7, 0, 1, blocked=True),
        phase("calm", 6, 34, 36, 2, 0, 5, 2, 0, 2),
        phase("spare", 6, 34, 42, 1, 0, 4, 0, 0, 1),
    ),
    said=(("no words in a language they know", False), ("sudden rises at most 8 LU: takes 11 of 14", True)),
    offers=OFFERS,
    notes=(("never offered", "the patient's refusals"), ("not enough alone", "up to 3 tracks by one artist")),
)


class Page(Screen[None]):
    CSS = "RefusalPage { display: block; }"

    def __init__(self, refusal: ShownRefusal) -> None:
        super().__init__()
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        yield RefusalPage()

    def on_mount(self) -> None:
        self.query_one(RefusalPage).show(self._refusal)


async def read_whole(app: Stage, pilot: Pilot[int]) -> list[str]:
    """Every row of the page, scrolled through, without the bar at its edge."""
    page = app.screen.query_one(RefusalPage)
    rows = [row[:-1].rstrip() for row in shown(app)]
    while True:
        before = rows[-1], shown(app)
        page.move(1)
        await pilot.pause()
        if shown(app) == before[1]:
            return rows
        rows.append(shown(app)[-1][:-1].rstrip())


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_nothing_of_a_refusal_is_cut_at_any_size(size: tuple[int, int]) -> None:
    app = Stage(None, lambda: Page(REFUSAL))

    async def play(pilot: Pilot[int]) -> None:
        rows = await read_whole(app, pilot)
        text = " ".join(" ".join(rows).replace("▌", " ").split())
        assert "…" not in text
        assert REFUSAL.sentence in text
        for words, holds in OFFERS:
            for part in (*words.split(), *holds.split()):
                assert part in text
        for words, _loud in REFUSAL.said:
            assert words in text
        assert "the patient's refusals" in text
        for number in range(1, 6):
            assert any(row.split()[:1] == [str(number)] for row in rows), number

    on_stage(app, play, size)


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_the_numbers_of_a_phase_add_up_on_the_screen(size: tuple[int, int]) -> None:
    app = Stage(None, lambda: Page(REFUSAL))

    async def play(pilot: Pilot[int]) -> None:
        rows = await read_whole(app, pilot)
        for each in REFUSAL.phases:
            cells = []
            for row in rows:
                words = row.replace("▌", " ").replace("−10 to 0", " ").replace("━", " ").split()
                if words[:1] == [each.name]:
                    cells += [word for word in words[1:] if word != "–"]
            library, *taken, left, needed = [int(cell.replace("−", "-")) for cell in cells]
            assert (library + sum(taken), needed) == (left, each.needed)
            assert left == each.left

    on_stage(app, play, size)


def test_a_rule_that_takes_nothing_anywhere_has_no_column() -> None:
    app = Stage(None, lambda: Page(REFUSAL))

    async def play(_pilot: Pilot[int]) -> None:
        assert not any("unknown" in row for row in shown(app)[:12])

    on_stage(app, play, (200, 60))


def test_where_no_change_helps_the_page_says_so() -> None:
    bare = ShownRefusal("No soundscape is possible.", HEADS[:1], "", (phase("peak", 109, blocked=True),), (), (), ())
    app = Stage(None, lambda: Page(bare))

    async def play(_pilot: Pilot[int]) -> None:
        assert any("No change is known that gives a plan" in row for row in shown(app))

    on_stage(app, play)


def test_no_other_seed_is_advised_where_it_is_proven_that_none_helps() -> None:
    answer = refused()
    answer.offers = ()
    assert "seed" not in what_to_do(answer) and "another playlist" in what_to_do(answer)
    answer.proven = False
    assert "another seed" in what_to_do(answer)
