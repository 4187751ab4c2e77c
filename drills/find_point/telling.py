"""Telling bad writes from good ones: by the job's log, by what their values look like, or because they delete."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import UsageError
from ..restore_points.curve import ObservedChange
from ..timemachine.errors import AwsError
from ..timemachine.expressions.conditions import Binder
from ..timemachine.partiql.statements import read_statement
from ..values import Item, Key, digest
from .logs import LoggedWrite

CLOSE_S = 2.0
"""A log that does not say what was written is told by key and time: a change of its key so close to it is its own."""

CONDITION_HINT = "It reads as the WHERE of a PartiQL statement: \"written_by = 'staging-loader' AND total < 1\"."

Test = Callable[[Item], bool]


def condition(text: str) -> Test:
    """A PartiQL condition as a function of an item.

    Raises:
        UsageError: it is none.
    """
    try:
        statement = read_statement(f'SELECT * FROM "t" WHERE {text}', [])  # noqa: S608 -- nothing is asked of a database
        if statement.condition is None or statement.order is not None:
            raise UsageError(f"{text!r} is no condition", CONDITION_HINT)
        test = Binder(statement.placeholders, "Where").test(statement.condition)
    except AwsError as error:
        raise UsageError(f"{text!r} is no condition: {error.message}", CONDITION_HINT) from error
    return lambda item: test({name: dict(typed) for name, typed in item.items()})


@dataclass
class Telling:
    """Sorts changes into bad and good as they come.

    Args:
        log: what the bad job says that it wrote; every write of it counts as bad, whether or not its change is seen.
        looks_bad: whether an item is one that only a bad write leaves.
        deletes: whether every deletion is bad.
        coarse_s: to how many seconds the changes' instants are rounded down; 0 where they are exact.
    """

    log: Sequence[LoggedWrite] = ()
    looks_bad: Test | None = None
    deletes: bool = False
    coarse_s: float = 0.0
    matched: int = 0
    _waiting: dict[Key, list[LoggedWrite]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for write in sorted(self.log):
            self._waiting[write.key].append(write)

    def tell(self, at: float, key: Key, new: Item | None) -> ObservedChange:
        """Whether a change is a bad one, and when it was made: as the log says, unless the change is seen to be older.

        Args:
            at: when it was made, as the source says.
            key: whose item it changed.
            new: what it left.
        """
        logged = self._logged(at, key, new)
        if logged is not None:
            self.matched += 1
            return ObservedChange(logged.at if logged.at < at + self.coarse_s else at, key, bad=True)
        return ObservedChange(at, key, bad=self._is_bad(new))

    def unseen(self) -> Iterator[ObservedChange]:
        """The writes of the log of which no change was seen."""
        return (ObservedChange(write.at, key, bad=True) for key, writes in self._waiting.items() for write in writes)

    def _is_bad(self, new: Item | None) -> bool:
        if new is None:
            return self.deletes
        return self.looks_bad is not None and self.looks_bad(new)

    def _logged(self, at: float, key: Key, new: Item | None) -> LoggedWrite | None:
        for place, write in enumerate(self._waiting.get(key, ())):
            told = abs(at - write.at) <= CLOSE_S if write.left is None else self._left_by(write, at, new)
            if told:
                return self._waiting[key].pop(place)
        return None

    def _left_by(self, write: LoggedWrite, at: float, new: Item | None) -> bool:
        return at >= write.at - self.coarse_s - CLOSE_S and digest(new) == write.left
