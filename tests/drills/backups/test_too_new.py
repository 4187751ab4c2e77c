"""A second that the window of point-in-time recovery does not reach yet is asked for again."""

from typing import NamedTuple

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.backups.window import PATIENCE_S, POLL_S, until_not_too_new
from dynadrill.drills.clock import Clock
from dynadrill.drills.targets.clocks import VirtualClock


class Tools(NamedTuple):
    """Whoever asks."""

    clock: Clock


class Asked:
    """Answers with a code until an instant, then with how often it was asked."""

    def __init__(self, clock: Clock, code: str, until_at: float) -> None:
        self.clock, self.code, self.until_at, self.times = clock, code, until_at, 0

    def __call__(self) -> int:
        """Ask."""
        self.times += 1
        if self.clock.now() < self.until_at:
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, "Restore")
        return self.times


@pytest.mark.parametrize("code", ["InvalidRestoreTimeException", "InvalidExportTimeException"])
def test_what_is_too_new_is_asked_for_again(code: str) -> None:
    """It is asked every few seconds of the target's time until the window reaches it, and no longer than that takes."""
    clock = VirtualClock(0.0, lambda *_: None)
    asked = Asked(clock, code, 4 * POLL_S)
    assert until_not_too_new(Tools(clock), asked) == 5
    never = Asked(clock, code, 10 * PATIENCE_S)
    with pytest.raises(ClientError, match=code):
        until_not_too_new(Tools(clock), never)
    assert PATIENCE_S <= clock.now() - 4 * POLL_S <= PATIENCE_S + 2 * POLL_S


def test_another_refusal_is_not_asked_again() -> None:
    """What is refused for another reason is refused at once."""
    clock = VirtualClock(0.0, lambda *_: None)
    asked = Asked(clock, "TableNotFoundException", 60.0)
    with pytest.raises(ClientError, match="TableNotFound"):
        until_not_too_new(Tools(clock), asked)
    assert asked.times == 1
