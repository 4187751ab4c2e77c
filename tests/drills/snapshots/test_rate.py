"""Reading no faster than asked, on a clock that is simulated."""

from pathlib import Path
from random import Random

from dynadrill.drills.snapshots.rate import ReadRate
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.values import Item
from hypothesis import given
from hypothesis import strategies as st

from .support import PagedTable, StillClock


@given(
    rate=st.floats(0.5, 5000),
    readers=st.integers(1, 6),
    largest=st.floats(0.5, 256),
    seed=st.integers(0, 1000),
    window_s=st.floats(0.01, 20),
)
def test_no_window_has_more_than_its_rate(
    rate: float, readers: int, largest: float, seed: int, window_s: float
) -> None:
    """In any window the pages asked for consume at most the window times the rate, and one page of each reader."""
    asked = simulated(rate, readers, largest, Random(seed))
    assert len(asked) > 30
    for number, (began_at, _) in enumerate(asked):
        units = sum(each for at, each in asked[number:] if at <= began_at + window_s)
        assert units <= rate * window_s + readers * largest + 1e-6


def simulated(rate: float, readers: int, largest: float, random: Random) -> list[tuple[float, float]]:
    """When pages were asked for and what each consumed: readers that ask whenever they may, and idle now and then."""
    limiter = ReadRate(rate)
    now = 1000.0
    asked: list[tuple[float, float]] = []
    answers: dict[int, tuple[float, float, float]] = {}  # by reader: answered at, asked at, units
    idle_until = dict.fromkeys(range(readers), now)
    for _ in range(400):
        for reader, (at, asked_at, units) in list(answers.items()):
            if at <= now:
                limiter.spent(units, asked_at)
                del answers[reader]
                idle_until[reader] = now + (random.random() * 5 if random.random() < 0.05 else 0.0)
        for reader in range(readers):
            if reader not in answers and idle_until[reader] <= now and limiter.wait_s(now) == 0.0:
                units = random.uniform(0.1, largest)
                asked.append((now, units))
                answers[reader] = (now + random.random() * 0.3, now, units)
        moments = [at for at, _, _ in answers.values()] + [at for at in idle_until.values() if at > now]
        wait_s = limiter.wait_s(now)
        now = min([*moments, now + wait_s] if wait_s else moments)
    return asked


def test_the_rate_is_reached(tmp_path: Path) -> None:
    """A reader that is let out at every turn gets the whole rate, and no more: 300 pages of 2 units at 50 units/s."""
    clock = StillClock()
    items: list[Item] = [{"id": {"S": f"k{number}"}} for number in range(900)]
    table = PagedTable([items], 3, units_per_page=2.0, now=clock.now)
    stored = read_table(table, tmp_path / "s", clock, Reading(1, read_units_per_s=50.0))
    assert stored.about.read_units == 600
    assert abs(clock.at - 1000.0 - 598 / 50.0) < 0.01


def test_pages_are_made_small_where_the_rate_is_low(tmp_path: Path) -> None:
    """A page costs no more than about a segment's part of one second's units, so that there are no bursts."""
    items: list[Item] = [{"id": {"S": f"k{number}"}} for number in range(40)]
    table = PagedTable([items], 1000, units_per_page=10.0)
    read_table(table, tmp_path / "s", StillClock(), Reading(1, read_units_per_s=5.0))
    starts = [start for _, start in table.asked]
    assert starts[:4] == [0, 5, 7, 8]
