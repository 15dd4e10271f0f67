"""Small counts are held back so that nobody gets at them by subtraction; the attackers here share nothing with what guards."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from setsetting.review.small_cells import FEWEST, Count, Sum, told


def worked_out(known: dict[str, int], sums: list[Sum]) -> dict[str, Fraction]:
    """Everything that the sums fix, found by exact elimination."""
    names = sorted({name for each in sums for name in (each.total, *each.parts)} - set(known))
    rows = []
    for each in sums:
        row = [Fraction(0)] * (len(names) + 1)
        for name, sign in ((each.total, 1), *((part, -1) for part in each.parts)):
            if name in known:
                row[-1] -= sign * known[name]
            else:
                row[names.index(name)] += sign
        rows.append(row)
    done = 0
    for column in range(len(names)):
        pivot = next((row for row in rows[done:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(done, pivot)
        done += 1
    fixed = [(row, [at for at, value in enumerate(row[:-1]) if value]) for row in rows]
    return {names[places[0]]: row[-1] for row, places in fixed if len(places) == 1}


def narrowed(known: dict[str, int], sums: list[Sum]) -> dict[str, tuple[int, int]]:
    """The least and most each count can be, found by going round and round; 10,000 stands for no end."""
    names = {name for each in sums for name in (each.total, *each.parts)}
    low, high = {name: known.get(name, 0) for name in names}, {name: known.get(name, 10_000) for name in names}
    for _round in range(60):
        for each in sums:
            parts = list(each.parts)
            low[each.total] = max(low[each.total], sum(low[part] for part in parts))
            high[each.total] = min(high[each.total], sum(high[part] for part in parts))
            for part in parts:
                others = [other for other in parts if other != part]
                low[part] = max(low[part], low[each.total] - sum(high[other] for other in others))
                high[part] = min(high[part], high[each.total] - sum(low[other] for other in others))
    return {name: (low[name], high[name]) for name in names}


COUNT = st.integers(0, 30) | st.integers(0, 3)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Count], list[Sum]]:
    """A table with margins, a chain of sets within sets, and a partition, all of one total."""
    across, down = draw(st.integers(2, 3)), draw(st.integers(2, 4))
    grid = [[draw(COUNT) for _a in range(across)] for _d in range(down)]
    cells = {f"{d}.{a}": Count(n, n) for d, row in enumerate(grid) for a, n in enumerate(row)}
    sums = [Sum(f"row {d}", tuple(f"{d}.{a}" for a in range(across))) for d in range(down)]
    sums += [Sum(f"column {a}", tuple(f"{d}.{a}" for d in range(down))) for a in range(across)]
    cells |= {each.total: Count(n := sum(cells[part].value for part in each.parts), n) for each in sums}
    total = sum(map(sum, grid))
    cells["all"] = Count(total, total)
    sums += [Sum("all", tuple(f"{side} {n}" for n in range(of))) for side, of in (("row", down), ("column", across))]
    outer, left = "all", total
    for step in range(draw(st.integers(0, 3))):
        inner = draw(st.integers(0, left))
        cells |= {f"set {step}": Count(inner, inner), f"between {step}": Count(left - inner, left - inner, shown=False)}
        sums.append(Sum(outer, (f"set {step}", f"between {step}")))
        outer, left = f"set {step}", inner
    return cells, sums


@settings(max_examples=40)
@given(tables())
def test_no_small_count_can_be_worked_out_or_narrowed_to_small_ones(
    given_tables: tuple[dict[str, Count], list[Sum]],
) -> None:
    cells, sums = given_tables
    known = {name: cells[name].value for name in told(cells, sums)}
    assert not any(cells[name].small for name in known)
    fixed = worked_out(known, sums)
    assert {name: n for name, n in fixed.items() if 0 < n < FEWEST} == {}
    ranges = narrowed(known, sums)
    for name, cell in cells.items():
        if cell.small:
            low, high = ranges[name]
            assert low <= cell.value
            assert high >= FEWEST
            assert high - low >= FEWEST - 1


def test_one_small_count_takes_another_with_it_and_zeros_stay() -> None:
    cells = {"all": Count(100, 100), "a": Count(4, 4), "b": Count(40, 40), "c": Count(56, 56), "d": Count(0, 0)}
    assert told(cells, [Sum("all", ("a", "b", "c", "d"))]) == {"all", "c", "d"}


def test_two_small_counts_that_add_up_to_a_small_one_take_a_third_with_them() -> None:
    cells = {"all": Count(60, 60), "a": Count(2, 2), "b": Count(3, 3), "c": Count(20, 20), "d": Count(35, 35)}
    assert told(cells, [Sum("all", ("a", "b", "c", "d"))]) == {"all", "d"}


def test_many_sessions_of_few_people_are_small() -> None:
    cells = {"all": Count(100, 20), "a": Count(40, 5), "b": Count(60, 20)}
    assert told(cells, [Sum("all", ("a", "b"))]) == {"all"}


def test_what_is_shown_nowhere_can_not_be_worked_out_either() -> None:
    cells = {"all": Count(50, 50), "a": Count(45, 45), "rest": Count(5, 5, shown=False)}
    assert told(cells, [Sum("all", ("a", "rest"))]) == {"all"}
