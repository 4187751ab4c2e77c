"""Work of AWS's is waited for by the target's clock, until it is done, has failed, or takes too long."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.backups.jobs import Stage, await_done
from dynadrill.drills.errors import RecoveryFailedError
from dynadrill.drills.targets.clocks import VirtualClock


@pytest.fixture
def tools() -> Any:
    """As much of a recovery's tools as waiting needs."""
    return SimpleNamespace(clock=VirtualClock(1000.0, lambda *_: None))


def stages(*states: str) -> Iterator[Stage]:
    """One state after the other."""
    return iter([Stage(state, "no space" if state == "FAILED" else "") for state in states])


@pytest.mark.parametrize("done", ["COMPLETED", "AVAILABLE"])
def test_it_ends_when_the_work_is_done(done: str, tools: Any) -> None:
    """Whatever AWS calls it, work that is under way is waited for, and no longer than it takes."""
    looked = stages("CREATED", "PENDING", "RUNNING", "IN_PROGRESS", done)
    await_done(tools, "the job", lambda: next(looked))
    assert tools.clock.now() == pytest.approx(1000.0 + 4 * 15.0, abs=0.01)


@pytest.mark.parametrize("state", ["FAILED", "ABORTED", "EXPIRED", "PARTIAL", "CANCELLED"])
def test_what_has_failed_is_said(state: str, tools: Any) -> None:
    """Work that failed, was stopped or is done by half is an error that says so, in AWS's words."""
    looked = stages("RUNNING", state)
    with pytest.raises(RecoveryFailedError, match=f"the copy is {state}{': no space' if state == 'FAILED' else ''}"):
        await_done(tools, "the copy", lambda: next(looked))


def test_it_does_not_wait_for_ever(tools: Any) -> None:
    """Work that does not end is given up after the time that was given."""
    with pytest.raises(RecoveryFailedError, match="still RUNNING after 1 h"):
        await_done(tools, "the copy", lambda: Stage("RUNNING"), longest_s=3600.0)
    assert 4600.0 < tools.clock.now() < 4700.0
