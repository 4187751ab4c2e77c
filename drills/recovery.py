"""What recoveries are and work with, as protocols and frozen values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from .clock import Clock
from .costs.estimate import Usage, Use
from .disaster import Clue
from .marks import Mark
from .performed import Performed
from .promise import Boundary, Method, PromiseKind
from .settings import Settings
from .target import Capability
from .values import Change, Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class RecoveryTools:
    """What an SRE has at hand. There is no history and no ledger here: a recovery may not see the oracle.

    `control` is the guarded client; `table` the damaged table's name; `new_table` the name to restore into;
    `settings` what was switched on before the disaster; `clue` what was found after it (None while arming);
    `to` the point asked for (`None`: find it; "latest"; or an instant); `boundary` of a method on this target;
    `waits_for_window` whether to wait until the restorable window reaches the point before asking; `mark` stamps
    an instant of the drill; `progress` tells whoever watches.

    `in_region` answers the control client of another Region, `service` a client of another service; `region` is the
    home Region. `scan` answers every item of a table (by its id: `name@region` elsewhere), and `write`, `write_if` and
    `write_together` change items, on a condition or all or none, written down as the recovery's own. `folder` is for
    what a recovery keeps on disk: captured changes, lists of what it repaired.
    """

    control: "DynamoDBClient"
    once: "DynamoDBClient"
    in_region: Callable[[str], "DynamoDBClient"]
    service: Callable[..., Any]
    region: str
    key_attributes: tuple[str, ...]
    scan: Callable[[str], Iterator[Item]]
    write: Callable[[str, Sequence[Change]], Performed]
    write_if: Callable[[str, Change, Mapping[str, Any]], Performed]
    write_together: Callable[[str, Sequence[Change]], Performed]
    folder: Path
    clock: Clock
    table: str
    new_table: str
    settings: Settings
    clue: Clue | None
    to: float | Literal["latest"] | None
    boundary: Callable[[Method], Boundary]
    waits_for_window: bool
    mark: Callable[[Mark], None]
    progress: Callable[[str], None]
    kept: dict[str, str]
    """What `arm` keeps for `recover`, such as the ARN of a backup."""


@dataclass(frozen=True)
class Recovered:
    """What a recovery came to.

    `table` is the one to put in service, None where users keep the one they have (`name@region` outside the home
    Region). `point_at` is the instant that it promises to have gone back to, None where it promises none; `found_from`
    says how that was chosen. `boundary` is the promise's where the recovery knows it better than its method.
    """

    table: str | None
    point_at: float | None
    found_from: str
    boundary: Boundary | None = None


class Recovery(Protocol):
    """A way back."""

    @property
    def needs(self) -> tuple[Capability, ...]:
        """What a target must be able to do."""
        ...

    @property
    def promise(self) -> PromiseKind:
        """What the recovered table is held to."""
        ...

    @property
    def method(self) -> Method | None:
        """Whose boundary the promise has; None for `undo`."""
        ...

    def arm(self, tools: RecoveryTools) -> None:
        """Switch the protection on, before the disaster."""
        ...

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Bring the table back, marking DECIDED, RESTORE_ASKED, ACTIVE and SETTINGS_BACK on the way.

        Raises:
            RecoveryFailedError: protection was off, a restore was refused, or it did not end in time.
        """
        ...


@runtime_checkable
class Billed(Protocol):
    """A recovery that says what its protection uses while nothing happens."""

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """What a month of it uses, for a table of that size."""
        ...


@runtime_checkable
class Standing(Protocol):
    """A recovery whose protection is kept up: backups that are taken again and again, changes that are captured."""

    @property
    def every_s(self) -> float:
        """How often, in seconds of target time, from the load's start until somebody decides."""
        ...

    def protect(self, tools: RecoveryTools) -> None:
        """Do what falls due."""
        ...


@runtime_checkable
class Scheduled(Protocol):
    """A recovery whose restore points are made by a schedule, so that how much is lost depends on when it is needed."""

    @property
    def backup_every_s(self) -> float:
        """How long it is from one to the next, in seconds."""
        ...


@runtime_checkable
class FailingBack(Protocol):
    """A recovery that can take users back to the table that was struck, once its Region is there again."""

    def before_failback(self, tools: RecoveryTools) -> None:
        """See to it that the first table is there, and follows the one in service; users go on working meanwhile.

        Raises:
            RecoveryFailedError: it does not; users stay where they are.
        """
        ...

    def at_failback(self, tools: RecoveryTools) -> None:
        """Show that nothing is missing there, while users are held: none of their operations is in flight.

        Raises:
            RecoveryFailedError: it cannot be shown; users stay where they are.
        """
        ...


@runtime_checkable
class CatchingUp(Protocol):
    """A recovery whose new table follows the old one until users are cut over, so that no write falls in between."""

    def before_cutover(self, tools: RecoveryTools) -> None:
        """Bring the new table up to date for good, while users are held: none of their operations is in flight.

        Raises:
            RecoveryFailedError: it cannot be shown that all of it has come over; the old table stays in service.
        """
        ...
