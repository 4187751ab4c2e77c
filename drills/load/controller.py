"""The load as a drill steers it: Locust in processes of its own, or virtual traffic in the drill's thread."""

import contextlib
import os
import select
import signal
import subprocess
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Protocol

from ..alias import Alias
from ..errors import UnverifiableError
from ..plan import Plan
from ..scenario import Workload
from ..target import Connection, Target
from ..targets.clocks import GIVE_UP_S, RealClock, VirtualClock
from ..targets.served_clock import ServedClock
from ..targets.shared_clock import SharedClock
from .config import COMMAND, LoadConfig, to_json
from .virtual import Users, VirtualLoad

LOG = "load.log"
"""The name, in a run folder, of what the load processes had to say."""

READY_WITHIN_S = 30.0
STOPPED_WITHIN_S = 10.0
RATE_PER_PROCESS = 250.0
"""Operations per second asked of one load process: it can do about twice as many."""


class LoadControl(Protocol):
    """The users of one drill. They are started early, while the table is still being filled, and wait for the go."""

    def start(self) -> None:
        """Begin to start: nothing is written before `go`."""
        ...

    def go(self) -> None:
        """Let the users work, as soon as all of them are there.

        Raises:
            UnverifiableError: they did not come.
        """
        ...

    def record_reads(self) -> None:
        """From now on what users read goes into the history."""
        ...

    def hold(self) -> None:
        """Let the users begin nothing more, and wait until nothing of theirs is in flight.

        Raises:
            UnverifiableError: something still was after 30 s.
        """
        ...

    def release(self) -> None:
        """Let the users begin again."""
        ...

    def fault(self) -> str:
        """What is wrong with the load, in one line; empty while all is well."""
        ...

    def stop(self) -> None:
        """Let the users end what they began, and nothing more; can be called twice, and before `start`."""
        ...


def open_load(plan: Plan, target: Target, alias: Alias) -> LoadControl:
    """The load of a plan, not yet started."""
    users = Users(plan.scenario.fixture, Workload(plan.users, plan.rate_per_s), plan.seed, plan.items)
    if plan.pace == "virtual":
        clock = target.clock
        assert isinstance(clock, VirtualClock | RealClock | ServedClock), "every target's clock in virtual pace"
        return VirtualLoad(users, target.data, clock, alias.table, plan.folder.history)
    assert target.connection is not None, "in real pace every target can be reached by other processes"
    places = Places(target.connection, plan.folder.alias, plan.folder.history, plan.folder.path / LOG)
    return LocustLoad(users, places, processes_for(users.workload))


def processes_for(workload: Workload) -> int:
    """How many processes a workload is shared out among: no more than there are users or processors."""
    return max(1, min(ceil(workload.rate_per_s / RATE_PER_PROCESS), workload.users, os.cpu_count() or 1))


@dataclass(frozen=True)
class Places:
    """Where load processes find the target and the alias, and where they write their history and their log."""

    connection: Connection
    alias: Path
    history: Path
    log: Path


class LocustLoad:
    """Locust's users in processes of their own: `LoadControl` in real pace.

    One process alone, or a master with workers. They are a session of their own, so that a CTRL+C in the terminal
    does not reach them, and hold the other end of a pipe: a line on it says that all users are there, its end that
    no process is left.
    """

    def __init__(self, users: Users, places: Places, processes: int = 1) -> None:
        self._users, self._places, self._processes = users, places, processes
        self._control: SharedClock | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._fault = ""

    def start(self) -> None:
        """Start the processes; their users are held."""
        self._control = SharedClock(Path(self._places.connection.clock_file))
        self._control.hold()
        self._pipe, theirs = os.pipe()
        try:
            with self._places.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    COMMAND,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=(theirs,),
                    start_new_session=True,
                )
        finally:
            os.close(theirs)
        assert self._process.stdin is not None, "asked for"
        with contextlib.suppress(BrokenPipeError), self._process.stdin as told:  # whoever died already is a fault
            told.write(to_json(self._config(theirs)))

    def go(self) -> None:
        """Let the users work, as soon as all of them are there.

        Raises:
            UnverifiableError: they were not within 30 s, or died.
        """
        assert self._control is not None, "started"
        if self._heard(READY_WITHIN_S) != b"ready\n":
            self._reap()
            said = self.fault() or f"they were not there within {READY_WITHIN_S:g} s"
            raise UnverifiableError(f"the load's users did not come: {said}", f"See {self._places.log}.")
        self._control.release()

    def record_reads(self) -> None:
        """From now on what users read goes into the history."""
        if self._control is not None:
            self._control.record_reads = True

    def hold(self) -> None:
        """Let the users begin nothing more, and wait until nothing of theirs is in flight.

        Raises:
            UnverifiableError: something still was after 30 s.
        """
        if self._control is None:
            return
        self._control.hold()
        if not self._control.drained(GIVE_UP_S):
            self._control.release()
            raise UnverifiableError(
                f"{self._control.in_flight()} operations of the load were still in flight after {GIVE_UP_S:g} s",
                f"See {self._places.log}; run the drill again with a lower --rate.",
            )

    def release(self) -> None:
        """Let the users begin again."""
        if self._control is not None:
            self._control.release()

    def fault(self) -> str:
        """What is wrong with the load; a process that ended without being asked to, or badly."""
        if not self._fault and self._process is not None:
            code = self._process.poll()
            if code is not None:
                self._fault = f"a load process {_ended(code)}"
        return self._fault

    def stop(self) -> None:
        """Have the processes end, and wait until none is left; what has not ended after 10 s is killed."""
        if self._process is None or self._control is None:
            return
        process, control = self._process, self._control
        self.fault()
        control.stop()
        try:
            if not self._gone(STOPPED_WITHIN_S):
                self._fault = self._fault or f"a load process did not end within {STOPPED_WITHIN_S:g} s"
        finally:
            self._end(process)
            self._process = self._control = None
            control.close()
            os.close(self._pipe)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        """Leave no process behind, whatever else happens. A group that still has members is still ours."""
        if not self._gone(0):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        if code != 0:
            self._fault = self._fault or f"a load process {_ended(code)}"

    def _gone(self, within_s: float) -> bool:
        """Whether no process is left, or none is within so many seconds."""
        heard = self._heard(within_s)
        if heard:  # the line that nobody has waited for
            heard = self._heard(within_s)
        return heard == b""

    def _reap(self) -> None:
        """Learn how the first process ended, where none is left: its exit code comes a moment after the pipe's end."""
        if self._process is not None and self._gone(0):
            self._process.wait()

    def _heard(self, within_s: float) -> bytes | None:
        """What the processes said: a line, nothing (yet) as None, or empty when none of them is left."""
        ready, _, _ = select.select([self._pipe], [], [], within_s)
        return os.read(self._pipe, 64) if ready else None

    def _config(self, ready_file: int) -> LoadConfig:
        return LoadConfig(
            role="master" if self._processes > 1 else "alone",
            number=0,
            workers=self._processes,
            master_port=0,
            parent=os.getpid(),
            ready_file=ready_file,
            connection=self._places.connection,
            alias=self._places.alias.resolve(),
            history=self._places.history.resolve(),
            users=self._users,
        )


def _ended(code: int) -> str:
    """How a process ended, by its exit code as `Popen` has it."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with exit code {code}"
