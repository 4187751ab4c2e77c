"""Changes are applied in order, whole, once or often, until all have been taken; markers are told from items."""

from collections.abc import Sequence

import pytest
from dynadrill.drills.changes.applying import Applier
from dynadrill.drills.changes.markers import is_marker, marker
from dynadrill.drills.errors import RecoveryFailedError
from dynadrill.drills.history import Told
from dynadrill.drills.performed import Performed
from dynadrill.drills.values import Change, Item, Key, key_of


class Table:
    """A table that takes what it likes of a batch."""

    def __init__(self, refuses: int = 0, error: str = "") -> None:
        self.items: dict[Key, Item] = {}
        self.batches: list[Sequence[Change]] = []
        self._refuses, self._error = refuses, error
        self.waited_s = 0.0

    def write(self, table: str, changes: Sequence[Change]) -> Performed:
        """Take all but so many of the next batches' last changes."""
        assert table == "new"
        assert len({change.key for change in changes}) == len(changes) <= 25
        self.batches.append(changes)
        if self._error:
            return Performed(Told.FAIL, 0.0, self._error)
        refused = frozenset(change.key for change in changes[-1:]) if self._refuses else frozenset()
        self._refuses = max(0, self._refuses - 1)
        for key, value in (change for change in changes if change.key not in refused):
            self.items.pop(key, None) if value is None else self.items.update({key: value})
        return Performed(Told.OK, 0.0, "UnprocessedItems" if refused else "", refused)

    def now(self) -> float:
        """See `Clock.now`."""
        return self.waited_s

    def wait(self, seconds: float, why: str) -> None:
        """See `Clock.wait`."""
        assert why
        self.waited_s += seconds

    live = wait


def change(key: str, value: str | None) -> Change:
    """A put of one value under a key, or its deletion."""
    item = {"id": {"S": key}}
    return Change(key_of(item, ("id",)), None if value is None else {**item, "v": {"S": value}})


def test_the_last_change_of_each_key_counts() -> None:
    """S3-04, S3-09: many changes of a key leave what the last one left, deletions too; twice is as good as once."""
    table = Table()
    changes = [change("a", "1"), change("b", "1"), change("a", "2"), change("b", None), change("c", "1")]
    for _ in range(2):
        Applier(table.write, "new", table).apply(changes)
        assert {item["id"]["S"]: item["v"]["S"] for item in table.items.values()} == {"a": "2", "c": "1"}


def test_what_was_not_processed_is_sent_again() -> None:
    """Only what a batch left over is sent again, until nothing is left."""
    table = Table(refuses=7)
    Applier(table.write, "new", table).apply([change(f"k{n}", "v") for n in range(60)])
    assert len(table.items) == 60
    assert [len(batch) for batch in table.batches][:3] == [25, 1, 1]
    assert table.waited_s > 0


def test_a_change_that_is_never_taken_is_said() -> None:
    """A table that takes nothing ends the recovery after 30 tries: no change is left out in silence."""
    table = Table(refuses=10**6)
    with pytest.raises(RecoveryFailedError, match="1 changes were not taken"):
        Applier(table.write, "new", table).apply([change("a", "1")])
    assert len(table.batches) == 30


def test_what_no_other_try_would_help_is_said_at_once() -> None:
    """A request that is wrong is not sent 30 times."""
    table = Table(error="ValidationException")
    with pytest.raises(RecoveryFailedError, match="ValidationException"):
        Applier(table.write, "new", table).apply([change("a", "1")])
    assert len(table.batches) == 1


@pytest.mark.parametrize("types", [{"id": "S"}, {"id": "N"}, {"id": "B"}, {"id": "S", "n": "N"}])
def test_markers_are_told_from_items(types: dict[str, str]) -> None:
    """A marker of any type of key is known as one, and no two are the same; an application's key is none."""
    made = [marker(types, number) for number in (0, 1, 999_999)]
    assert len({each.key for each in made}) == 3
    assert all(is_marker(each.key) for each in made)
    assert not is_marker(key_of({"id": {"S": "order-1"}}, ("id",)))
    assert not is_marker(key_of({"id": {"S": "order-1"}, "n": {"S": "dynadrill-marker-1"}}, ("id", "n")))
