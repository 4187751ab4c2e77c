"""What is read into a history beyond what stands in it: what a Region that was down was asked was not done."""

from dataclasses import replace
from random import Random

from dynadrill.drills.books import InMemory
from dynadrill.drills.history import Told

from .large.kept import random_run


def test_a_write_that_is_taken_as_not_done_makes_no_fail_a_pass() -> None:
    """Whatever of the unanswered writes an outage turns into writes that were not done: what was wrong stays wrong."""
    wrong = 0
    for seed in range(250):
        run, history, snapshots = random_run(seed)
        random = Random(seed)
        ops = {write.op for write in history.writes if write.outcome is Told.INFO and random.random() < 0.7}
        taken = [
            write._replace(told_at=write.asked_at + 1, outcome=Told.FAIL) if write.op in ops else write
            for write in history.writes
        ]
        before, after = (InMemory(run, replace(history, writes=all_), snapshots) for all_ in (history.writes, taken))
        for place in snapshots:
            found, again = before.diff(place), after.diff(place)
            assert (found is None) is (again is None)
            if ops and found is not None and again is not None and not found.clean:
                assert not again.clean, (seed, place)
                wrong += 1
    assert wrong > 50
