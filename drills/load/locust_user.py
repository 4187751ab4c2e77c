"""The users of one load process, as Locust runs them. Importing this imports Locust, which patches the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import gevent
from locust import User, task
from locust.exception import StopUser

from ..alias import Alias
from ..targets.shared_clock import SharedClock
from .perform import Writer
from .schedule import Pace, due_offsets
from .scripts import Script
from .tally import Tally
from .virtual import Users

POLL_S = 0.002
"""How often a held process looks whether it may go on."""


@dataclass
class Crew:
    """What the users of one process share.

    `now` are the process's own seconds, which no jump moves; `slot` is the process's in the shared clock; `seated`
    counts the users that have come; after `closed` nothing begins; `broken` is what makes the load worthless.
    """

    users: Users
    writer: Writer
    alias: Alias
    control: SharedClock
    now: Callable[[], float]
    slot: int
    tally: Tally = field(default_factory=Tally)
    paces: list[Pace] = field(default_factory=list)
    seated: int = 0
    in_flight: int = 0
    closed: bool = False
    broken: Exception | None = None
    _watch: gevent.Greenlet | None = None

    def enters(self) -> bool:
        """Whether an operation may begin now; then `leave` is owed."""
        if self.closed or not self.control.enter(self.slot):
            return False
        self.in_flight += 1
        return True

    def leave(self) -> None:
        """An operation has ended."""
        self.in_flight -= 1
        self.control.leave(self.slot)

    def do(self, script: Script) -> None:
        """Do what a script says next, which may begin, on the table in service, and count it."""
        performed = self.writer.perform(script.next(), self.alias.table(), record_reads=self.control.record_reads)
        script.saw(performed.seen)
        self.tally.add(performed)

    def until_released(self) -> None:
        """Wait until the users are no longer held; one watch serves all who wait."""
        if self._watch is None or self._watch.ready():
            self._watch = gevent.spawn(self._look)
        self._watch.join()

    def active_s(self) -> float:
        """For how many seconds the users were free to work: the mean of them all, 0 where nobody was."""
        now = self.now()
        return sum(pace.active_s(now) for pace in self.paces) / len(self.paces) if self.paces else 0.0

    def _look(self) -> None:
        while self.control.holding and not self.closed:
            gevent.sleep(POLL_S)


class DrillUser(User):
    """One user: runs one script of the fixture, open loop."""

    abstract = True
    crew: ClassVar[Crew]
    number: ClassVar[int]
    script: Script
    pace: Pace

    def on_start(self) -> None:
        """Wait for the go, then until first due."""
        self.crew.seated += 1
        users = self.crew.users
        self.script = Script(users.fixture.write(users.seed, self.number, users.items))
        while self.crew.control.holding and not self.crew.closed:
            self.crew.until_released()
        offsets = due_offsets(users.seed, self.number, users.interval_s)
        self.pace = Pace(offsets, self.crew.now())
        self.crew.paces.append(self.pace)
        self.wait()  # type: ignore[no-untyped-call] # Locust is half typed

    def wait_time(self) -> float:
        """Seconds until due; Locust sleeps them between tasks."""
        return self.pace.wait_s(self.crew.now())

    @task
    def work(self) -> None:
        """Do what is due, as soon as nobody is held.

        An error that is no finding about the table breaks the whole process: a load with a hole in it proves nothing.
        """
        self._await_turn()
        try:
            self.crew.do(self.script)
        except Exception as error:
            self.crew.broken = error
            raise StopUser from error
        finally:
            self.crew.leave()
        self.pace.served()

    def _await_turn(self) -> None:
        while not self.crew.enters():
            if self.crew.closed:
                raise StopUser
            self.pace.held(self.crew.now())
            self.crew.until_released()
        self.pace.released(self.crew.now())


def user_classes(users: Users, crew: Crew | None) -> list[type[User]]:
    """One class per user, each of which Locust runs exactly once, whichever process it gives it to.

    A master, which runs none, has no crew.
    """
    return [
        type(f"User{number}", (DrillUser,), {"abstract": False, "fixed_count": 1, "number": number, "crew": crew})
        for number in range(users.workload.users)
    ]
