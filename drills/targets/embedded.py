"""The embedded target: the time machine, served on a free loopback port, or within this process in virtual pace."""

from contextlib import suppress
from pathlib import Path

from ..clock import Clock
from ..errors import UnverifiableError
from ..promise import Boundary, Method
from ..target import Capability, Connection, TargetKind, World, table_prefix
from .access import Access
from .boundaries import AROUND_A_BACKUP, TO_THE_SECOND
from .clients import Place
from .clocks import JumpingClock, OnJump, VirtualClock
from .controls import Controls, over_http
from .controls import within as inside
from .in_process import Answering
from .server_process import ServerProcess
from .shared_clock import CLOCK_FILE, SharedClock
from .through_access import ThroughAccess

REGION = "us-east-1"
"""The home Region where a story has none."""
SERVER_LOG = "timemachine.log"
"""In the run folder, where the server complained of anything."""


class EmbeddedTarget(ThroughAccess):
    """A time machine that this run started, alone uses, and ends.

    Use `serving` or `within`.
    """

    def __init__(
        self, access: Access, clock: Clock, connection: Connection | None, controls: Controls, parts: "Parts"
    ) -> None:
        self.name = "embedded"
        self.kind = TargetKind.EMBEDDED
        self.account = ""
        self.clock = clock
        self.connection = connection
        self.region = access.place.region
        self.world: World | None = controls
        self._access = access
        self._parts = parts

    def lacks(self, capability: Capability) -> str | None:  # noqa: ARG002 - the contract has it; it has them all
        """Nothing."""
        return None

    def boundary(self, method: Method) -> Boundary:
        """To the second around a point in time; around a backup, what AWS says."""
        return TO_THE_SECOND if method is Method.POINT_IN_TIME else AROUND_A_BACKUP

    def waits_for_window(self) -> bool:
        """Yes: the window moves as AWS's does."""
        return True

    def holds_to_policies(self) -> bool:
        """No: it is this drill's alone."""
        return False

    def leftovers(self) -> list[str]:
        """What this run made and still exists; none once the machine is gone with all it held."""
        return self._access.leftovers(self.lacks) if self._parts.live() else []

    def close(self) -> None:
        """End the machine, and with it everything it held."""
        self._access.close()
        self._parts.close()


class Parts:
    """What an embedded target started: in real pace a shared clock and a server, in virtual pace nothing to end."""

    def __init__(self, shared: SharedClock | None = None, server: ServerProcess | None = None) -> None:
        self._shared = shared
        self._server = server
        self._open = True

    def live(self) -> bool:
        """Whether the machine can still be asked."""
        return self._open and (self._server is None or self._server.lives())

    def close(self) -> None:
        """End them; can be called twice."""
        if not self._open:
            return
        self._open = False
        if self._server is not None:
            self._server.close()
        if self._shared is not None:
            self._shared.end()


def serving(  # noqa: PLR0913 - each is told apart by its name
    *,
    run_id: str,
    folder: Path,
    seed: int,
    on_jump: OnJump,
    region: str = REGION,
    may_restore_from: frozenset[str] = frozenset(),
) -> EmbeddedTarget:
    """A time machine for real pace: its own process, so that many users can work on it at once.

    Raises:
        DrillError: it did not start.
    """
    shared = SharedClock(folder / CLOCK_FILE, create=True)
    server = None
    try:
        server = ServerProcess(shared.path, seed, folder / SERVER_LOG)
        url = f"http://127.0.0.1:{server.port}"
        controls = over_http(url)
        clock = JumpingClock(shared, on_jump, lambda to_at: _move(shared, controls, to_at))
        access = Access(Place(url, region), run_id, folder, clock, may_restore_from)
    except BaseException:
        Parts(shared, server).close()
        raise
    connection = Connection(url, region, table_prefix(run_id), str(shared.path))
    return EmbeddedTarget(access, clock, connection, controls, Parts(shared, server))


def _move(shared: SharedClock, controls: Controls, to_at: float) -> None:
    shared.set_forward(to_at)
    _catch_up(controls)


def _catch_up(controls: Controls) -> None:
    """Have the server do what fell due; one that is gone has nothing to do, and who asks it next will hear so."""
    with suppress(UnverifiableError):
        controls.catch_up()


def within(  # noqa: PLR0913 - each is told apart by its name
    *,
    run_id: str,
    folder: Path,
    seed: int,
    starts_at: float,
    on_jump: OnJump,
    region: str = REGION,
    may_restore_from: frozenset[str] = frozenset(),
) -> EmbeddedTarget:
    """A time machine for virtual pace: within this process, one call after the other, on a clock of its own."""
    # moto takes a second to import, and only this pace needs it in this process.
    from ..timemachine.machine import TimeMachine  # noqa: PLC0415

    clock = VirtualClock(starts_at, on_jump)
    machine = TimeMachine(clock, seed=seed)
    place = Place("http://embedded.invalid", region, Answering(machine))
    access = Access(place, run_id, folder, clock, may_restore_from)
    return EmbeddedTarget(access, clock, None, inside(machine), Parts())
