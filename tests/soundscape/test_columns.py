"""From a track to the planner's columns: no measured field is lost, none is made up."""

from dataclasses import replace

import numpy as np
import pytest
from planning_cases import case, library, shipped

from setsetting.clinical.infusion import steady
from setsetting.library.catalogue import UNSEEN
from setsetting.library.track import Lyrics, Track
from setsetting.soundscape.build_instance import row_of
from setsetting.soundscape.check_instance import own_instance
from setsetting.soundscape.columns import Columns
from setsetting.soundscape.instance import TrackRow
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.units import Minutes

NAME = "01-montreal-40-lib200"


@pytest.mark.parametrize("name", sorted(UNSEEN))
def test_a_row_is_made_of_nothing_that_the_library_s_digest_leaves_out(name: str) -> None:
    track, anything = library(NAME)[0], object()
    reads = row_of(replace(track, **{name: anything})) != row_of(track)  # type: ignore[arg-type]
    assert not reads, f"a plan depends on {name} now: take it out of UNSEEN in setsetting/library/catalogue.py"


@pytest.mark.parametrize("name", [name for name in TrackRow.__struct_fields__ if name in Track.__dataclass_fields__])
def test_what_a_row_and_a_track_both_have_is_the_same_in_both(name: str) -> None:
    for track in library(NAME)[:20]:
        assert getattr(row_of(track), name) == getattr(track, name)


@pytest.mark.parametrize("name", [name for name in TrackRow.__struct_fields__ if name in Track.__dataclass_fields__])
def test_planner_and_check_both_see_what_was_measured(name: str) -> None:
    words = {"lyrics": Lyrics.WORDLESS, "artist": "Somebody", "artists": ("Somebody", "Else"), "tags": ("new",)}
    known = replace(library(NAME)[0], bpm=61.0, beatless=False)
    changed = replace(known, **{name: words.get(name, 0.123)})  # type: ignore[arg-type]
    row = row_of(changed)
    assert getattr(row, name) == words.get(name, 0.123)
    assert own_instance(shipped("montreal-40"), steady(Minutes(40)), [changed], NO_WISHES, ()).library == (row,)


def test_every_field_of_a_row_that_holds_numbers_is_a_column() -> None:
    rows = case(NAME).library
    columns = Columns(rows)
    numbers = [name for name in TrackRow.__struct_fields__ if isinstance(getattr(rows[0], name), int | float)]
    assert {"duration_s", "energy", "loudness_lufs", "startle_lu", "silent"} <= set(numbers)
    for name in numbers:
        values = [getattr(row, name) for row in rows]
        wanted = np.array([np.nan if value is None else float(value) for value in values])
        assert np.array_equal(columns[name], wanted, equal_nan=True)
