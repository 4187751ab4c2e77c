"""Which changes are bad, and when they were made."""

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.find_point.logs import LoggedWrite
from dynadrill.drills.find_point.telling import Telling, condition
from dynadrill.drills.values import ABSENT, digest

GOOD = {"id": {"S": "a"}, "total": {"N": "5"}}
BAD = {"id": {"S": "a"}, "total": {"N": "0"}, "by": {"S": "job"}}


def test_a_condition_is_partiql() -> None:
    """What a bad write leaves is said as in a WHERE clause, with DynamoDB's comparisons."""
    bad = condition("\"by\" = 'job' AND total < 1")
    assert bad(BAD)
    assert not bad(GOOD)
    assert not bad({**BAD, "total": {"S": "0"}})


@pytest.mark.parametrize("text", ["", "total ==", "total = 0 ORDER BY total", "total = ?"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    """A condition that cannot be read is wrong usage, and the hint shows one that can."""
    with pytest.raises(UsageError) as refused:
        condition(text)
    assert "PartiQL" in refused.value.hint


def test_deletions_are_bad_only_where_that_is_said() -> None:
    """A deletion has no values to tell it by."""
    assert not Telling(looks_bad=condition("total = 0")).tell(1.0, "a", None).bad
    assert Telling(deletes=True).tell(1.0, "a", None).bad
    assert not Telling(deletes=True).tell(1.0, "a", BAD).bad


def test_what_the_log_wrote_is_bad_and_what_a_user_wrote_is_not() -> None:
    """Of two changes of one key the one that left what the log says is the bad job's, and each line counts once."""
    telling = Telling([LoggedWrite(100.4, "a", digest(BAD))], coarse_s=1.0)
    assert telling.tell(100.0, "a", GOOD) == (100.0, "a", False)
    assert telling.tell(100.0, "a", BAD) == (100.4, "a", True)
    assert telling.tell(105.0, "a", BAD) == (105.0, "a", False)
    assert (telling.matched, list(telling.unseen())) == (1, [])


def test_without_values_a_log_is_told_by_key_and_time() -> None:
    """Where the log says only key and time, a change of that key two seconds away is its own, and no other."""
    telling = Telling([LoggedWrite(100.4, "a", None)])
    assert not telling.tell(97.0, "a", None).bad
    assert not telling.tell(100.0, "b", None).bad
    assert telling.tell(101.0, "a", None).bad


def test_the_earlier_of_two_times_counts() -> None:
    """A log that says a write was later than the change is seen is not believed; one that says earlier is."""
    late = Telling([LoggedWrite(101.5, "a", ABSENT)], coarse_s=1.0)
    assert late.tell(100.0, "a", None).at == 100.0
    early = Telling([LoggedWrite(99.5, "a", ABSENT)], coarse_s=1.0)
    assert early.tell(100.0, "a", None).at == 99.5


def test_a_logged_write_that_nobody_saw_counts_all_the_same() -> None:
    """The stream may have forgotten it: a point before it is still the only good one."""
    telling = Telling([LoggedWrite(50.0, "a", None)])
    assert [tuple(change) for change in telling.unseen()] == [(50.0, "a", True)]
