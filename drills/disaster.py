"""What disasters are and work with, as a protocol and frozen values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .clock import Clock
from .target import Capability, World
from .values import Change, Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Clue:
    """What an SRE has to go by after a disaster: where it comes from, and the first bad write's instant if it says.

    `log` is what the bad job's own log says that it wrote, in its order: the key, and the item that it put or None
    for a deletion; `logged_at` says when, line by line, where that log has times. `marker` are attributes with the
    values that everything it wrote has. None of them says what came of its writes, and each is empty where there is no
    such thing.
    """

    source: str
    first_bad_at: float | None
    log: tuple[Change, ...] = ()
    marker: Item | None = None
    logged_at: tuple[float, ...] = ()


@dataclass(frozen=True)
class Strike:
    """What a disaster works with: the table, time and chance, and a way of writing that is written down.

    `send` takes the puts and deletes of one BatchWriteItem, up to 25; it records them as the disaster's, sends them,
    records what came back and answers whether they were acknowledged. `send_unheard` records and sends them too, but
    as a caller who was gone before the answer came. `send_together` takes up to 100 and sends them as one transaction.
    `about_to` writes down an act that is no write of items, before it is done, and answers the instant; the first thing
    that is written down is the strike. `attempt` does such an act, and answers whether it was let: a refusal is written
    down too. `service` answers clients of other services and Regions, `region` is the home
    Region, and `world` can do what no API does: lose a Region, hold replication; None where nobody can.
    """

    client: "DynamoDBClient"
    control: "DynamoDBClient"
    service: Callable[..., Any]
    world: World | None
    region: str
    table: str
    key_attributes: tuple[str, ...]
    clock: Clock
    random: Random
    send: Callable[[Sequence[Change]], bool]
    send_unheard: Callable[[Sequence[Change]], None]
    send_together: Callable[[Sequence[Change]], bool]
    about_to: Callable[[str], float]
    attempt: Callable[[str, Callable[[], object]], bool]


class Disaster(Protocol):
    """A way in which a table gets hurt."""

    def strike(self, strike: Strike) -> Clue:
        """Hurt the table, and leave behind what an SRE would find."""
        ...


@runtime_checkable
class Staged(Protocol):
    """A disaster for which something has to be so beforehand, such as a key of the table's own."""

    def stage(self, strike: Strike) -> None:
        """Make it so while the table is empty, before the protection is armed; nothing is struck yet."""
        ...


@runtime_checkable
class Brewing(Protocol):
    """A disaster before which something goes wrong that nobody notices, such as copies that fail."""

    def brew(self, strike: Strike) -> None:
        """Let it go wrong from now on, after the protection was armed; nothing is struck yet."""
        ...


@runtime_checkable
class Passing(Protocol):
    """A disaster that passes by itself, such as the loss of a Region that comes back."""

    @property
    def lasts_s(self) -> float | None:
        """How long it lasts, in seconds of target time from the strike on; but until users work again at least.

        None where it does not pass after all.
        """
        ...

    def end(self, strike: Strike) -> None:
        """Let it be over."""
        ...


@runtime_checkable
class Needing(Protocol):
    """A disaster that cannot strike everywhere."""

    @property
    def needs(self) -> tuple[Capability, ...]:
        """What a target must be able to do for it to strike."""
        ...


@runtime_checkable
class Preventable(Protocol):
    """A disaster that says what would have kept it from happening."""

    @property
    def prevention(self) -> str:
        """The control that was missed, in a few sentences; where nothing prevents it, that."""
        ...


def prevention_of(disaster: Disaster) -> str:
    """What would have prevented a disaster; empty where it does not say."""
    return disaster.prevention if isinstance(disaster, Preventable) else ""
