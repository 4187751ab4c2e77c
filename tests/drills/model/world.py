"""A table in the most naive way: every write truly takes effect at one known instant, and a state is their fold.

Nothing here uses the ledger, the diff or the cut. Instants are small whole numbers, so that equal stamps, touching
and overlapping writes are common; values come from a small pool, so that the same value is written more than once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from dynadrill.drills.diff import Seen
from dynadrill.drills.history import History, Told, Who, Write
from dynadrill.drills.ledger import Ledger
from dynadrill.drills.snapshot import Row
from dynadrill.drills.values import ABSENT

SOURCE, NEW = "source", "new"
STRUCK_AT = 40
END = 70


def digest(value: str | None) -> bytes:
    """What stands for a value: its own name, padded."""
    return ABSENT if value is None else value.encode().ljust(16, b".")


def key(number: int) -> str:
    """A key as canonical JSON."""
    return f'{{"id":{{"S":"k{number}"}}}}'


class Op(NamedTuple):
    """One write as it was: what its writer saw, and when it truly took effect (None: never)."""

    op: str
    who: Who
    table: str
    puts: tuple[tuple[str, str | None], ...]
    asked_at: int
    told_at: int | None
    outcome: Told
    effect: tuple[float, float] | None
    """The instant, and a number that breaks ties with others of that instant."""
    expires_at: int | None = None


@dataclass(frozen=True)
class Shape:
    """What kind of histories are made."""

    keys: int = 3
    writes: tuple[int, int] = (2, 9)
    values: int = 6
    """So many different values; 0: every value is written once."""
    info: float = 0.2
    refused: float = 0.1
    transactions: float = 0.25
    longest: int = 8
    ttl: float = 0.0
    disaster: bool = True
    begin: int = 0


@dataclass
class World:
    """A random history with its truth."""

    seed: int
    shape: Shape = field(default_factory=Shape)
    ops: list[Op] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.keys = [key(number) for number in range(self.shape.keys)]
        for one in self.keys:
            if self.random.random() < 0.8:
                at = self.random.randint(0, 5)
                self._add(Who.SEED, SOURCE, [one], at, delete=False, sure=True)
        for _ in range(self.random.randint(*self.shape.writes)):
            self._good(SOURCE, self.random.randint(self.shape.begin, END - 10))
        if self.shape.disaster:
            self._disaster()

    def _good(self, table: str, at: int) -> None:
        double = self.random.random() < self.shape.transactions and len(self.keys) > 1
        keys = self.random.sample(self.keys, 2 if double else 1)
        self._add(Who.LOAD, table, keys, at, delete=not double and self.random.random() < 0.25)

    def _disaster(self) -> None:
        """Bad deletes or overwrites of some keys, one after the other, the last of them unanswered."""
        at = STRUCK_AT
        hurt = self.random.sample(self.keys, self.random.randint(1, len(self.keys)))
        delete = self.random.random() < 0.5
        for number, one in enumerate(hurt):
            unheard = number == len(hurt) - 1 and self.random.random() < 0.6
            self._add(Who.DISASTER, SOURCE, [one], at, delete=delete, sure=not unheard, unheard=unheard)
            at += self.random.randint(1, 3)

    def later(self, table: str, since: int, writes: int) -> None:
        """Users' writes to another table, or from a later instant on."""
        for _ in range(writes):
            self._good(table, since + self.random.randint(0, 12))

    def _add(
        self,
        who: Who,
        table: str,
        keys: Sequence[str],
        at: int,
        *,
        delete: bool,
        sure: bool = False,
        unheard: bool = False,
    ) -> None:
        random, number = self.random, len(self.ops)
        outcome = Told.OK
        if unheard or (not sure and random.random() < self.shape.info):
            outcome = Told.INFO
        elif not sure and random.random() < self.shape.refused:
            outcome = Told.FAIL
        told_at = at + random.choice((0, 1, 1, 2, random.randint(0, self.shape.longest)))
        effect: float | None = random.randint(at, told_at)
        if outcome is Told.INFO:
            effect = random.randint(at, at + 15) if random.random() < 0.6 else None
        elif outcome is Told.FAIL:
            effect = None
        expires_at = at + random.randint(0, 30) if not delete and random.random() < self.shape.ttl else None
        self.ops.append(
            Op(
                f"{who.value}-{number}",
                who,
                table,
                tuple((one, None if delete else self._value(who, one, number)) for one in keys),
                at,
                None if outcome is Told.INFO else told_at,
                outcome,
                None if effect is None else (effect, random.random()),
                expires_at,
            )
        )

    def _value(self, who: Who, one: str, number: int) -> str:
        if not self.shape.values:
            return f"v{number}{one[-4]}"
        value = f"v{self.random.randrange(self.shape.values)}"
        return f"bad{value}" if who is Who.DISASTER and self.random.random() < 0.7 else value

    def order(self, table: str, one: str) -> list[Op]:
        """The writes to a key that took effect, in the true order."""
        effective = [op for op in self.ops if op.table == table and op.effect and one in dict(op.puts)]
        return sorted(effective, key=lambda op: op.effect or (0, 0))

    def state(self, at: float, table: str = SOURCE, since: dict[str, str] | None = None) -> dict[str, str]:
        """What a table truly held at an instant: every write that took effect by then, none later."""
        held = dict(since or {})
        for one in self.keys:
            for op in self.order(table, one):
                if op.effect and op.effect[0] <= at:
                    value = dict(op.puts)[one]
                    held.pop(one, None)
                    if value is not None:
                        held[one] = value
        return held

    def writes(self) -> list[Write]:
        """The history as its writers wrote it down, in no order."""
        found = [
            Write(
                op.op,
                op.table,
                one,
                digest(value),
                op.who,
                float(op.asked_at),
                None if op.told_at is None else float(op.told_at),
                op.outcome,
                None if op.expires_at is None else float(op.expires_at),
                len(op.puts) > 1,
            )
            for op in self.ops
            for one, value in op.puts
        ]
        self.random.shuffle(found)
        return found

    def ledger(self) -> Ledger:
        """The ledger of that history."""
        return Ledger.of(History(self.writes()))


def seen(state: dict[str, str], began_at: float = END + 50, ended_at: float = END + 51) -> Seen:
    """A table's state as a snapshot sees it, each row read somewhere between two instants."""
    return Seen(
        {one: Row(digest(value), began_at, ended_at) for one, value in state.items()}, began_at, ended_at, complete=True
    )


def worlds(count: int, shape: Shape | None = None, first: int = 0) -> Iterator[World]:
    """So many random histories, each of its own seed."""
    for seed in range(first, first + count):
        yield World(seed, shape or Shape())
