"""The books on disk say what the books in memory say, of every history."""

from collections import Counter

import pytest
from dynadrill.drills.books import InMemory
from dynadrill.drills.diff import ItemClass
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.large import parts, tables
from dynadrill.drills.large.merging import merged_loss
from dynadrill.drills.loss import Loss
from hypothesis import given, settings
from hypothesis import strategies as st

from .kept import everything, kept, random_run

SEEDS = st.integers(min_value=0, max_value=2**32)
SHOWN = range(14)
"""Random runs that are always looked at: together they have everything."""


@settings(max_examples=12)
@given(SEEDS)
def test_random_histories_are_judged_the_same_by_both_forms(seed: int) -> None:
    """Diff, cut, loss, recovery time and counts are equal, whatever was written, promised and seen."""
    run, history, snapshots = random_run(seed)
    assert everything(kept(run, history, snapshots)) == everything(InMemory(run, history, snapshots))


def test_the_random_histories_have_everything_that_can_be_told_apart() -> None:
    """Every class, torn transactions, open and expired keys, spreads and losses occur, and both forms agree on them."""
    met: Counter[str] = Counter()
    for seed in SHOWN:
        run, history, snapshots = random_run(seed)
        books = InMemory(run, history, snapshots)
        told = everything(books)
        assert everything(kept(run, history, snapshots)) == told, seed
        for found in filter(None, (told.get("diff restored"), told.get("diff in_service"))):
            met.update({item_class.value: found.count(item_class) for item_class in ItemClass})
            met.update(torn=len(found.torn), undecided=found.undecided, expired=found.expired_returned)
            met.update(within_boundary=found.within_boundary)
        if cut := told.get("cut restored"):
            met.update(spread=bool(cut.spread_s), agreed=not cut.spread_s)
        met.update(lost_after=told.get("lost after", 0), first_read=bool(told["recovery time"].first_read))
        met.update(back=run.failed_back_at is not None, back_at_work=told["first good"].at is not None)
    wanted = {"torn", "undecided", "expired", "within_boundary", "spread", "agreed", "lost_after", "first_read"}
    wanted |= {"back", "back_at_work"}
    assert not {name for name in wanted | set(map(str, ItemClass)) if not met[name]}


def test_a_failover_is_held_to_its_boundary_by_both_forms() -> None:
    """What a replica shows from after the boundary of its promise is premature, however large the history is."""
    premature = 0
    for seed in range(30):
        run, history, snapshots = random_run(seed)
        if run.promise is None or run.promise.kind != "rewind":
            continue
        promise = run.promise.model_copy(update={"kind": "failover"})
        run = run.model_copy(update={"promise": promise})
        memory = everything(InMemory(run, history, snapshots))
        assert everything(kept(run, history, snapshots)) == memory, seed
        if found := memory.get("diff restored"):
            premature += found.count(ItemClass.PREMATURE)
    assert premature


@pytest.mark.parametrize("at_once", [1, 7])
def test_keys_are_looked_at_a_few_at_a_time(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In however many parts the keys that need a closer look are read, the answer is the same."""
    monkeypatch.setattr(parts, "MOST_WRITES", at_once)
    for seed in range(40, 44):
        run, history, snapshots = random_run(seed)
        assert everything(kept(run, history, snapshots)) == everything(InMemory(run, history, snapshots)), seed


def test_both_forms_find_what_is_planted_and_nothing_of_it_stays() -> None:
    """The controls of both forms plant as much and catch all of it; the books on disk are afterwards as before."""
    for seed in range(60, 65):
        run, history, snapshots = random_run(seed)
        memory, disk = InMemory(run, history, snapshots), kept(run, history, snapshots)
        before = everything(disk)
        for place in snapshots:
            found = disk.diff(place)
            if found is None:
                continue
            result, expected = disk.controls(place, found), memory.controls(place, found)
            assert (result.planted, list(result.missed)) == (expected.planted, []), seed
        assert everything(disk) == before, seed


def test_queries_that_overlook_a_key_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The controls prove the SQL as well: where it calls every key plain, all that should be found is missed."""
    run, history, snapshots = next(r for r in map(random_run, range(100)) if r[0].promise and "restored" in r[2])
    disk = kept(run, history, snapshots)
    found = disk.diff("restored")
    assert found is not None
    monkeypatch.setattr("dynadrill.drills.large.books.CLOSER", "select 0 as id, false as together where false")
    result = disk.controls("restored", found)
    assert any(fault.startswith("missing under") for fault in result.missed)
    assert any(fault.startswith("other S under") for fault in result.missed)


def test_holes_in_one_part_are_holes_in_all() -> None:
    """A loss of which one part has holes has no figures, though every other part has."""
    good, holes = Loss([], [], 1.0, 2.0, 3.0, holes=False), Loss([], [], None, None, None, holes=True)
    assert merged_loss([good, holes]) == Loss([], [], None, None, 3.0, holes=True)
    assert merged_loss([good, good]) == good


def test_the_database_goes_with_its_books() -> None:
    """Nothing is left in the temporary folder when nobody holds the books any more."""
    books = kept(*random_run(3))
    folder = books.tables.folder
    assert list(folder.iterdir())
    del books
    assert not folder.exists()


def test_a_database_without_room_is_said_and_nothing_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tables do not fit, the verdict is that it could not be verified, and what to do."""
    monkeypatch.setattr(tables, "MEMORY_LIMIT", "1MB")
    with pytest.raises(UnverifiableError, match="could not be kept in") as raised:
        kept(*random_run(3))
    assert "TMPDIR" in raised.value.hint
