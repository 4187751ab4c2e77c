"""What scenarios, fixtures, workloads, disasters, recoveries and objectives are, as protocols and frozen values.

None of them is a class to inherit from: a thing is one small file with one frozen dataclass whose fields are its
knobs, whose docstring is its claim, and whose verb is its behaviour.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .clock import Clock
from .evidence import Evidence
from .history import Mark
from .promise import Boundary, Method, PromiseKind
from .recorder import Change
from .settings import Settings
from .target import Capability
from .verdict import Outcome, Verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .values import Item


@dataclass(frozen=True)
class Operation:
    """One thing that a user does.

    `get` reads; `put` and `delete` are unconditional; `insert` is a put on condition that the key is free;
    `update` sets every attribute but the key's on condition that the key exists, so that it determines the whole
    item; `transaction` is puts of several keys, all or none.
    """

    kind: Literal["get", "put", "insert", "update", "delete", "transaction"]
    changes: tuple[Change, ...]
    """One per key; for `get` the value is None and says nothing."""
    only_if: tuple["Item", ...] = ()
    """Of a transaction: for each change the attributes that the item must have, or else nothing is done at all."""


class Fixture(Protocol):
    """A table, its items, and what one user does to them."""

    @property
    def table_name(self) -> str:
        """The table's name in the story; on a target it gets the run's prefix."""
        ...

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The primary key: partition key first."""
        ...

    @property
    def settings(self) -> Settings:
        """What is switched on beside the table itself: stream, TTL, tags, deletion protection."""
        ...

    def table(self) -> dict[str, Any]:
        """The CreateTable request without TableName, Tags and settings."""
        ...

    def items(self, seed: int, count: int) -> Iterator["Item"]:
        """The items to start from, in typed JSON: the i-th depends on seed and i only, each with a unique token."""
        ...

    def write(self, seed: int, user: int, count: int) -> Iterator[Operation]:
        """What a user does, for ever: depends on seed, user and the number of items only, every value unique.

        A generator is sent what each `get` that it yields saw (see `load.scripts`), and may depend on that too.
        """
        ...


@dataclass(frozen=True)
class Workload:
    """Who uses the table and how hard: so many users, together so many operations per second of target time."""

    users: int = 10
    rate_per_s: float = 100.0


@dataclass(frozen=True)
class Objectives:
    """What the business asked for. None: not asked for, so not judged.

    `rpo_s`: how much time's worth of writes before the disaster may be lost. `rto_s`: how long until users work
    again. `max_lost_after`: how many good writes made after the strike may be lost.
    """

    rpo_s: float | None = None
    rto_s: float | None = None
    max_lost_after: int | None = None


@dataclass(frozen=True)
class Clue:
    """What an SRE has to go by after a disaster: where it comes from, and the first bad write's instant if it says."""

    source: str
    first_bad_at: float | None


@dataclass(frozen=True)
class Strike:
    """What a disaster works with: the table, time and chance, and a way of writing that is written down.

    `send` takes the puts and deletes of one BatchWriteItem, up to 25; it records them as the disaster's, sends them,
    records what came back and answers whether they were acknowledged. `send_unheard` records and sends them too, but
    as a caller who was gone before the answer came.
    """

    client: "DynamoDBClient"
    control: "DynamoDBClient"
    table: str
    key_attributes: tuple[str, ...]
    clock: Clock
    random: Random
    send: Callable[[Sequence[Change]], bool]
    send_unheard: Callable[[Sequence[Change]], None]


class Disaster(Protocol):
    """A way in which a table gets hurt."""

    def strike(self, strike: Strike) -> Clue:
        """Hurt the table, and leave behind what an SRE would find."""
        ...


@dataclass(frozen=True)
class RecoveryTools:
    """What an SRE has at hand. There is no history and no ledger here: a recovery may not see the oracle.

    `control` is the guarded client; `table` the damaged table's name; `new_table` the name to restore into;
    `settings` what was switched on before the disaster; `clue` what was found after it (None while arming);
    `to` the point asked for (`None`: find it; "latest"; or an instant); `boundary` of a method on this target;
    `waits_for_window` whether to wait until the restorable window reaches the point before asking; `mark` stamps
    an instant of the drill; `progress` tells whoever watches.
    """

    control: "DynamoDBClient"
    once: "DynamoDBClient"
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

    `table` is the one to put in service, None where users keep the one they have. `point_at` is the instant that
    it promises to have gone back to, None where it promises none; `found_from` says how that was chosen.
    """

    table: str | None
    point_at: float | None
    found_from: str


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


class Validator(Protocol):
    """One claim about a recovered table; its docstring's first line is the claim."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the claim against the evidence."""
        ...


@dataclass(frozen=True)
class Expected:
    """What a scenario whose lesson is failure ends as, and why."""

    outcome: Outcome
    because: str


class Scenario(Protocol):
    """A whole drill as a sentence; its docstring is the story."""

    @property
    def fixture(self) -> Fixture:
        """The table and its data."""
        ...

    @property
    def workload(self) -> Workload:
        """Who uses the table and how hard."""
        ...

    @property
    def disaster(self) -> Disaster:
        """What hurts the table."""
        ...

    @property
    def recovery(self) -> Recovery:
        """How it is brought back, unless another way is asked for."""
        ...

    @property
    def objectives(self) -> Objectives:
        """What the business asked for."""
        ...

    @property
    def validators(self) -> tuple[Validator, ...]:
        """What is claimed about the recovered table."""
        ...

    @property
    def items(self) -> int:
        """How many items to start from."""
        ...

    @property
    def starts_at(self) -> float:
        """When the story begins, epoch seconds: the clock of a drill in virtual pace."""
        ...

    @property
    def notice_s(self) -> float:
        """How long until somebody notices, counted from the strike's end."""
        ...

    @property
    def decide_s(self) -> float:
        """How long until somebody decides what to do."""
        ...

    @property
    def expected(self) -> Expected | None:
        """None for scenarios that should pass."""
        ...
