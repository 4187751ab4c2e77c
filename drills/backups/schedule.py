"""A schedule that goes on when one of its turns fails: what failed is written down, told, and counted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from ..errors import RecoveryFailedError

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

LOG = "protection.jsonl"
"""In the recovery's folder: one line for each turn of the schedule, and each finding."""

FAILURES = "failures"
"""By which name `kept` counts what failed."""

QUIET_S = 1.0
"""How much longer than the boundary nobody writes."""


def take_turn(tools: "RecoveryTools", what: str, act: Callable[[], str]) -> bool:
    """Do what is due; answers whether it was done.

    Args:
        tools: what the recovery has at hand.
        what: is done, for people: "backup".
        act: does it, and says what came of it, such as an ARN; nothing where there was nothing to do.
    """
    try:
        if said := act():
            _write(tools, what, "ok", said)
    except (ClientError, BotoCoreError, RecoveryFailedError) as error:
        find(tools, what, str(error))
        return False
    return True


def find(tools: "RecoveryTools", what: str, said: str) -> None:
    """Write down, tell and count that a part of the protection is not as it should be."""
    tools.kept[FAILURES] = str(int(tools.kept.get(FAILURES, "0")) + 1)
    tools.progress(f"protection: {what} failed: {said}")
    _write(tools, what, "failed", said)


def failures(tools: "RecoveryTools") -> str:
    """What a report adds where some of the protection failed; empty where all went well."""
    count = int(tools.kept.get(FAILURES, "0"))
    return f"; {count} turn{'s' if count > 1 else ''} of the schedule failed, see {LOG}" if count else ""


def wait_before_quiet(tools: "RecoveryTools", lo_s: float) -> None:
    """Let so much time pass that all that was written before is in what is now asked for."""
    tools.clock.wait(QUIET_S - lo_s, "until what was written before the backup is in it for certain")


def wait_after_quiet(tools: "RecoveryTools", hi_s: float) -> None:
    """Let so much time pass that nothing that is written from now on is in what was asked for."""
    tools.clock.wait(QUIET_S + hi_s, "until what is written after the backup is not in it for certain")


def _write(tools: "RecoveryTools", what: str, outcome: str, said: str) -> None:
    tools.folder.mkdir(parents=True, exist_ok=True)
    line = {"at": tools.clock.now(), "what": what, "outcome": outcome, "said": said}
    with (tools.folder / LOG).open("ab") as log:
        log.write(orjson.dumps(line) + b"\n")
