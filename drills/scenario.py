"""What scenarios, fixtures, workloads, disasters, recoveries and objectives are, as protocols and frozen values.

None of them is a class to inherit from: a thing is one small file with one frozen dataclass whose fields are its
knobs, whose docstring is its claim, and whose verb is its behaviour.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from .disaster import Disaster
from .evidence import Evidence
from .recovery import Recovery
from .settings import Settings
from .values import Change, Item
from .verdict import Outcome, Verdict


@dataclass(frozen=True)
class Operation:
    """One thing that a user does.

    `get` reads; `put` is unconditional; `insert` is a put on condition that the key is free; `update` sets every
    attribute but the key's on condition that the key exists, so that it determines the whole item; `delete` has the
    same condition, so that whoever deletes what is not there is told so, and no recovery has to guess at a deletion
    that left no trace; `transaction` is puts of several keys, all or none.
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

    def items(self, seed: int, count: int) -> Iterator[Item]:
        """The items to start from, in typed JSON: the i-th depends on seed and i only, each with a unique token."""
        ...

    def write(self, seed: int, user: int, count: int) -> Iterator[Operation]:
        """What a user does, for ever: depends on seed, user and the number of items only, every value unique.

        A generator is sent what each `get` that it yields saw (see `load.scripts`), and may depend on that too.
        """
        ...


@runtime_checkable
class Transacting(Protocol):
    """A fixture that says whether its users write in transactions; of any other it is taken that they may."""

    @property
    def transactions(self) -> bool:
        """Whether `write` ever yields a transaction."""
        ...


@dataclass(frozen=True)
class Workload:
    """Who uses the table and how hard: so many users, together so many operations per second of target time.

    `warm_up_s` is how long they work before the strike, in seconds of target time: at least 10. With `unprotected_s`
    they begin so long before the protection is armed, to see whether they notice; else it is armed before they begin.
    """

    users: int = 10
    rate_per_s: float = 100.0
    warm_up_s: float = 10.0
    unprotected_s: float = 0.0


@dataclass(frozen=True)
class Objectives:
    """What the business asked for. None: not asked for, so not judged.

    `rpo_s`: how much time's worth of writes before the disaster may be lost. `rto_s`: how long until users work
    again. `max_lost_after`: how many good writes made after the strike may be lost.
    """

    rpo_s: float | None = None
    rto_s: float | None = None
    max_lost_after: int | None = None


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


@runtime_checkable
class InRegion(Protocol):
    """A scenario whose story has a home Region; elsewhere the target's own is taken."""

    @property
    def region(self) -> str:
        """Where the table is. Kept to by the embedded target; `aws:REGION` names its own."""
        ...


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
