"""What everybody who removes things goes by: how long to wait, and what an error says."""

from collections.abc import Callable
from contextlib import suppress

from botocore.exceptions import ClientError

from ..errors import DrillError
from ..target import Target

POLL_S = 5.0
SETTLES_WITHIN_S = 24 * 3600.0
"""Target time; a restore "can take several hours"."""
GONE_WITHIN_S = 1800.0

NOT_THERE = frozenset({"ResourceNotFoundException", "TableNotFoundException", "BackupNotFoundException"})

BUSY = frozenset({"ResourceInUseException", "TableInUseException", "BackupInUseException"})
"""What is busy can be removed later."""

Progress = Callable[[str], None]
"""Told what is being done."""


def patiently(target: Target, done: Callable[[], bool], within_s: float, why: str) -> bool:
    """Ask again and again, by the target's clock, until something is done; False when it takes too long.

    `why` is for whoever watches: "until ...".
    """
    give_up_at = target.clock.now() + within_s
    while not done():
        if target.clock.now() >= give_up_at:
            return False
        with suppress(DrillError):  # a clock that somebody else moves has still moved
            target.clock.wait(POLL_S, why)
    return True


def code_of(error: Exception) -> str:
    """The name of the exception that a call was answered with; empty where it is no answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def region_in(arn: str) -> str:
    """The Region of an ARN."""
    return arn.split(":")[3]
