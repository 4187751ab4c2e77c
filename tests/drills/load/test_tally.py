"""The count of operations: by outcome, by millisecond, by error."""

from dynadrill.drills.history import LoadCount, Told
from dynadrill.drills.load.tally import Tally
from dynadrill.drills.performed import Performed


def test_every_operation_is_counted_once() -> None:
    """Outcomes add up to all operations, latencies fall into whole milliseconds, errors are counted by name."""
    tally = Tally()
    for performed in (
        Performed(Told.OK, 0.0031),
        Performed(Told.OK, 0.0039),
        Performed(Told.FAIL, 0.010, "ConditionalCheckFailedException"),
        Performed(Told.INFO, 10.0, "ReadTimeoutError"),
    ):
        tally.add(performed)
    assert tally.counted(2.0) == LoadCount(
        ops=4,
        ok=2,
        fail=1,
        info=1,
        active_s=2.0,
        latencies_ms={"3": 2, "10": 1, "10000": 1},
        errors={"ConditionalCheckFailedException": 1, "ReadTimeoutError": 1},
    )


def test_what_was_not_answered_is_info() -> None:
    """Operations in flight at the end are counted, without a latency that nobody measured."""
    tally = Tally()
    tally.add_unanswered(0)
    assert tally.counted(0.0).errors == {}
    tally.add_unanswered(2)
    counted = tally.counted(0.0)
    assert (counted.ops, counted.info, counted.latencies_ms) == (2, 2, {})
