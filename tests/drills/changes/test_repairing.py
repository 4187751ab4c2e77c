"""Which keys are put back, and with what: only those that hold nothing but damage."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.changes.damage import Damage
from dynadrill.drills.changes.records import ChangeRecord
from dynadrill.drills.changes.repairing import Fate, Repair, Repairer, plan_repairs, write_done
from dynadrill.drills.disaster import Clue
from dynadrill.drills.errors import RecoveryFailedError
from dynadrill.drills.history import Told
from dynadrill.drills.performed import Performed
from dynadrill.drills.values import Change, Item, Key, key_of

A: Key = key_of({"id": {"S": "a"}}, ("id",))


def item(value: str) -> Item:
    """An item under the one key."""
    return {"id": {"S": "a"}, "v": {"S": value}}


GOOD, BAD, OTHER, LATER = item("good"), item("bad"), item("other"), item("later")


def record(new: Item | None, at: float) -> ChangeRecord:
    """A change of the one key."""
    return ChangeRecord("shard", str(at), at, at, A, new, None, shows_old=False)


def planned(
    bad: Item | None, now: Item | None, restored: Item | None, changes: Sequence[tuple[Item | None, float]] | None
) -> tuple[list[Item | None], list[Fate]]:
    """What is put back, and what came of what is not; the damage began at 100."""
    damage = Damage.of(Clue("the log", 100.0, log=(Change(A, bad),)))
    live = {} if now is None else {A: now}
    copy = {} if restored is None else {A: restored}
    since = None if changes is None else [record(new, at) for new, at in changes]
    plan = plan_repairs(damage, live, copy, since)
    return [each.right for each in plan.repairs], [each.fate for each in plan.skipped]


@pytest.mark.parametrize(
    ("bad", "now", "changes", "right"),
    [
        (BAD, BAD, None, [GOOD]),
        (None, None, None, [GOOD]),
        (BAD, LATER, None, []),
        (BAD, None, None, []),
        (BAD, BAD, [(BAD, 100.0)], [GOOD]),
        (BAD, BAD, [(OTHER, 99.0), (BAD, 100.0)], [OTHER]),
        (BAD, BAD, [(None, 99.0), (BAD, 100.0)], [None]),
        (BAD, BAD, [(BAD, 100.0), (OTHER, 101.0), (BAD, 102.0)], [OTHER]),
        (None, None, [(None, 100.0), (LATER, 101.0), (None, 99.0)], []),
        (BAD, LATER, [(BAD, 100.0), (LATER, 101.0)], []),
    ],
)
def test_what_is_put_back(
    bad: Item | None, now: Item | None, changes: list[tuple[Item | None, float]] | None, right: list[Item | None]
) -> None:
    """What is right comes from the copy, or from what users wrote after it; what they wrote after the damage stays."""
    repairs, skipped = planned(bad, now, GOOD, changes)
    assert repairs == right
    assert skipped == ([] if right else [Fate.SKIPPED])


def test_a_deletion_of_a_user_after_the_damage_stays() -> None:
    """With a stream an absence is known as a user's own: what they wrote after the damage and deleted stays away."""
    assert planned(BAD, None, GOOD, [(BAD, 100.0), (None, 101.0)]) == ([], [Fate.SKIPPED])


def test_only_so_many_deletions_are_the_damages_as_it_logged() -> None:
    """What users wrote again where the damage had deleted, and deleted later, stays away: that deletion is theirs."""
    changes: list[tuple[Item | None, float]] = [(None, 100.0), (LATER, 101.0), (None, 102.0)]
    assert planned(None, None, GOOD, changes) == ([], [Fate.SKIPPED])
    assert planned(None, None, GOOD, changes[:1]) == ([GOOD], [])


def test_a_deletion_before_the_logs_time_is_a_users() -> None:
    """Where the bad job's log has times, what was deleted before its own time was deleted by a user."""
    log = (Change(A, None),)
    damage = Damage.of(Clue("the log", 100.0, log=log, logged_at=(110.0,)))
    mine, users = record(None, 110.0), record(None, 105.0)
    assert damage.among([users, record(LATER, 107.0), mine]) == {(A, mine.sequence)}


def test_a_marker_tells_the_damage_too() -> None:
    """Where no log says which keys were hit, an attribute that all bad values have tells them."""
    damage = Damage.of(Clue("the values", 100.0, marker={"v": {"S": "bad"}}))
    assert damage.explains(A, BAD)
    assert not damage.explains(A, GOOD)
    assert [each.right for each in plan_repairs(damage, {A: BAD}, {A: GOOD}, None).repairs] == [GOOD]


@pytest.mark.parametrize("clue", [None, Clue("a feeling", 100.0), Clue("a log", None, log=(Change(A, None),))])
def test_a_time_range_tells_nothing(clue: Clue | None) -> None:
    """Where nothing tells bad writes from good ones, nothing is left out or undone by guess."""
    with pytest.raises(RecoveryFailedError, match="nothing tells"):
        Damage.of(clue)


class Live:
    """A live table of one key, whose answers may get lost."""

    def __init__(self, now: Item | None, answers: Sequence[str] = ()) -> None:
        self.now, self.answers = now, list(answers)
        self.waited = 0

    def write_if(self, table: str, change: Change, condition: Mapping[str, Any]) -> Performed:
        """Take the change where the item is still the bad one."""
        assert table == "t"
        assert condition["ConditionExpression"] == "#0 = :0 AND #1 = :1"
        held = self.now == BAD
        self.now = change.value if held else self.now
        if self.answers:
            return Performed(Told.INFO, 0.0, self.answers.pop(0))
        return Performed(Told.OK, 0.0) if held else Performed(Told.FAIL, 0.0, "ConditionalCheckFailedException")

    def get_item(self, **_: Any) -> dict[str, Any]:
        """What is there."""
        return {} if self.now is None else {"Item": self.now}

    def wait(self, seconds: float, why: str) -> None:
        """See `Clock.wait`."""
        assert seconds > 0, why
        self.waited += 1

    def tools(self, folder: Path) -> Any:
        """What a recovery would have of it."""
        return SimpleNamespace(write_if=self.write_if, once=self, clock=self, table="t", folder=folder)


@pytest.mark.parametrize(
    ("now", "answers", "fate"),
    [
        (BAD, [], Fate.REPAIRED),
        (LATER, [], Fate.SKIPPED),
        (BAD, ["ReadTimeoutError"], Fate.REPAIRED),
        (LATER, ["ReadTimeoutError"], Fate.SKIPPED),
        (BAD, ["ReadTimeoutError"] * 10, Fate.OPEN),
    ],
)
def test_each_key_comes_to_an_end(now: Item, answers: list[str], fate: Fate, tmp_path: Path) -> None:
    """A key is repaired, left to who has written it since, or said to be open; a lost answer is looked into."""
    live = Live(now, answers)
    done = Repairer(live.tools(tmp_path)).repair(Repair(A, BAD, GOOD))
    assert done.fate is fate
    assert live.now == (now if fate is Fate.SKIPPED else GOOD)
    assert write_done(live.tools(tmp_path), [done]).startswith("of 1 damaged keys ")
    assert f'"fate":"{fate}"' in (tmp_path / "repair.jsonl").read_text()
