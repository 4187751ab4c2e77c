"""Load in virtual pace: all users in the drill's own thread, each operation at its own instant of target time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..clock import Clock
from ..history import Who
from ..recorder import Recorder
from ..scenario import Fixture, Workload
from .perform import Writer
from .schedule import due_offsets
from .scripts import Script
from .tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DrivenClock(Clock, Protocol):
    """A clock that lets users work while it passes."""

    run_due: Callable[[float], None] | None
    """Called by every wait with the instant at which it ends."""

    def set_forward(self, to_at: float) -> None:
        """Be at an instant: moved there, or slept until then where time is real."""
        ...


@dataclass(frozen=True)
class Users:
    """Who the users are: whose script they follow, how many, how hard they work, and the numbers all is drawn from."""

    fixture: Fixture
    workload: Workload
    seed: int
    items: int

    @property
    def interval_s(self) -> float:
        """How often one user is due: all together make the workload's rate."""
        return self.workload.users / self.workload.rate_per_s


class _Due(NamedTuple):
    due_at: float
    user: int


class VirtualTraffic:
    """The users' operations in the order in which they fall due: the same for the same seed.

    Args:
        users: who they are.
        writer: who writes it down.
        clock: moved to each operation's instant.
        table: answers the table in service.
    """

    def __init__(self, users: Users, writer: Writer, clock: DrivenClock, table: Callable[[], str]) -> None:
        self.tally = Tally()
        self.record_reads = False
        self.held = False
        self._writer, self._clock, self._table = writer, clock, table
        self.began_at = clock.now()
        numbers = range(users.workload.users)
        self._scripts = [Script(users.fixture.write(users.seed, user, users.items)) for user in numbers]
        self._offsets = [due_offsets(users.seed, user, users.interval_s) for user in numbers]
        self._queue = [self._next_of(user) for user in numbers]
        heapq.heapify(self._queue)

    def run_due(self, until_at: float) -> None:
        """Do everything that falls due by an instant, in order, each operation at its own instant.

        What falls due while the users are held is done as soon as they are released.
        """
        while not self.held and self._queue[0].due_at <= until_at:
            due_at, user = self._queue[0]
            heapq.heapreplace(self._queue, self._next_of(user))
            self._clock.set_forward(due_at)
            script = self._scripts[user]
            performed = self._writer.perform(script.next(), self._table(), record_reads=self.record_reads)
            script.saw(performed.seen)
            self.tally.add(performed)

    def _next_of(self, user: int) -> _Due:
        return _Due(self.began_at + next(self._offsets[user]), user)


class VirtualLoad:
    """Virtual traffic as a drill steers it: `controller.LoadControl`.

    Args:
        users: who they are.
        data: answers the target's data client of a Region; None is the home Region.
        clock: the target's clock, which drives the users.
        table: answers the table in service.
        history: the folder to write the part file `load-0` in.
    """

    def __init__(
        self,
        users: Users,
        data: "Callable[[str | None], DynamoDBClient]",
        clock: DrivenClock,
        table: Callable[[], str],
        history: Path,
    ) -> None:
        self._users, self._data, self._clock, self._table, self._history = users, data, clock, table, history
        self._recorder: Recorder | None = None
        self._traffic: VirtualTraffic | None = None

    def start(self) -> None:
        """Nothing to start: there is no process."""

    def go(self) -> None:
        """Let the users begin: from now on they work whenever time passes."""
        self._recorder = Recorder(self._history, "load-0")
        writer = Writer(Who.LOAD, self._recorder, self._data(None), self._clock, self._data)
        self._traffic = VirtualTraffic(self._users, writer, self._clock, self._table)
        self._clock.run_due = self._traffic.run_due

    def record_reads(self) -> None:
        """From now on what users read goes into the history."""
        if self._traffic is not None:
            self._traffic.record_reads = True

    def hold(self) -> None:
        """Let the users begin nothing more; in one thread nothing is in flight."""
        if self._traffic is not None:
            self._traffic.held = True

    def release(self) -> None:
        """Let the users begin again."""
        if self._traffic is not None:
            self._traffic.held = False

    def fault(self) -> str:
        """What is wrong with the load: nothing, since its errors are the drill's own."""
        return ""

    def stop(self) -> None:
        """Let the users do nothing more, and write down what they did; can be called twice."""
        if self._traffic is None or self._recorder is None:
            return
        self._clock.run_due = None
        active_s = self._clock.now() - self._traffic.began_at
        self._recorder.load(self._traffic.tally.counted(active_s)._asdict())
        self._recorder.close()
        self._traffic = self._recorder = None
