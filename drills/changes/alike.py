"""Whether two replicas of a table hold the same items."""

from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools
from ..values import Key, digest, key_of

POLL_S = 1.0


def await_alike(tools: RecoveryTools, one: str, other: str, patience_s: float) -> None:
    """Read two replicas, which nobody writes to, until they hold the same items.

    Args:
        tools: a recovery's.
        one: a replica, by its table id.
        other: the other one.
        patience_s: how long, from the first look on, to look again where they differ.

    Raises:
        RecoveryFailedError: they still differed then.
    """
    began_at = tools.clock.now()
    while differing := _differing(tools, one, other):
        keys = "1 item is" if differing == 1 else f"{differing:,} items are"
        if tools.clock.now() - began_at >= patience_s:
            raise RecoveryFailedError(
                f"{keys} not the same in {one} and {other} after {patience_s:g} s in which nobody wrote",
                "Replication has not brought all of it over; `dynadrill compare` shows which items.",
            )
        tools.progress(f"{keys} not alike yet")
        tools.clock.live(POLL_S)


def _differing(tools: RecoveryTools, one: str, other: str) -> int:
    found, looked_for = _digests(tools, one), _digests(tools, other)
    return sum(found.get(key) != looked_for.get(key) for key in found.keys() | looked_for.keys())


def _digests(tools: RecoveryTools, table: str) -> dict[Key, bytes]:
    return {key_of(item, tools.key_attributes): digest(item) for item in tools.scan(table)}
