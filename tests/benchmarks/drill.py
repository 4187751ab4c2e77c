"""How long the default drill takes the one who waits for it, and of that how long nobody is served by.

`dynadrill run bad_batch_delete` is run once in a process of its own, with a fixed seed and every default. Its wall
seconds are counted around the process, and then divided by what its history says. Instants of a history are target
time: they run with the machine's clock but for the jumps, each of which is written down. So the real seconds between
two of them are their difference less what was jumped over between them (`timeline.simulated`).

    seeding   from the first item asked to the last item told
    load      from the mark load_started to the mark load_stopped: users at work
    clock     none: what was jumped over took no real time, and is left out; the moments for which a jump holds the
              users lie within the load
    other     wall - seeding - load: starting Python and the server, making Faker's pools, arming, waiting for the
              users to come, the last snapshot, cleaning up, judging, reporting

Seeding ends before the load begins, so nothing is taken off twice. The gate and the validation happen while users work
and are load by that reckoning; what the load takes beyond the seconds that the drill lets its users live through is
told beside it. The rate is what the users did in these real seconds of load, those for which jumps held them included.

Target time begins with the wall clock's, so an instant less all jumps before it is wall time: that divides the other
seconds into before, between and after. These three are only told; the sum does not depend on it.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path

import orjson
from dynadrill.drills.history import History, Who
from dynadrill.drills.marks import Mark
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recovering import AFTER_S
from dynadrill.drills.stages import LIVED_S, SHORTEST_WARM_UP_S
from dynadrill.drills.timeline import simulated

from .bounds import at_least, at_most
from .measured import Measured

SCENARIO, SEED = "bad_batch_delete", "7"
MOST_WALL_S, MOST_OTHER_S, LEAST_OF_RATE = 30.0, 5.0, 0.95
LIVED_THROUGH_S = SHORTEST_WARM_UP_S + 2 * LIVED_S + AFTER_S
"""What the default drill lets its users live through: the warm-up, some of noticing and deciding, and the end."""


@dataclass(frozen=True)
class Ran:
    """One drill: wall seconds around its process, the wall clock's instant of its start, and what it wrote down."""

    wall_s: float
    began_at: float
    history: History
    asked_rate_per_s: float


def measure() -> list[Measured]:
    """Run the default drill as a user would, and hold its seconds and its rate against the bounds."""
    with tempfile.TemporaryDirectory() as folder:
        return figures(_run(Path(folder)))


def figures(ran: Ran) -> list[Measured]:
    """What one drill comes to."""
    history = ran.history
    began_at, ended_at = _seeding(history)
    load_began_at, load_ended_at = history.marks[Mark.LOAD_STARTED], history.marks[Mark.LOAD_STOPPED]
    assert ended_at <= load_began_at, "seeding ends before the load begins"
    seeding_s, load_s = _real_s(history, began_at, ended_at), _real_s(history, load_began_at, load_ended_at)
    other_s = ran.wall_s - seeding_s - load_s
    before_s = began_at - simulated(history.jumps, -inf, began_at) - ran.began_at
    between_s = _real_s(history, ended_at, load_began_at)
    rate_per_s = sum(load.ops for load in history.loads) / load_s
    return [
        at_most("drill: wall time", ran.wall_s, "s", MOST_WALL_S),
        Measured("drill: of that seeding", seeding_s, "s"),
        Measured("drill: of that load", load_s, "s"),
        at_most("drill: of that neither seeding, load nor clock", other_s, "s", MOST_OTHER_S),
        Measured("drill: before the first item is sent", before_s, "s"),
        Measured("drill: between seeding and load", between_s, "s"),
        Measured("drill: after the load", other_s - before_s - between_s, "s"),
        Measured("drill: load beyond what users are to live through", load_s - LIVED_THROUGH_S, "s"),
        at_least("drill: rate reached of rate asked", rate_per_s / ran.asked_rate_per_s, "", LEAST_OF_RATE),
    ]


def _seeding(history: History) -> tuple[float, float]:
    """From the first item asked to the last item told."""
    seeded = [write for write in history.writes if write.who is Who.SEED]
    return min(write.asked_at for write in seeded), max(write.told_at or -inf for write in seeded)


def _real_s(history: History, from_at: float, to_at: float) -> float:
    """How long it took from one instant to another, jumps left out."""
    return to_at - from_at - simulated(history.jumps, from_at, to_at)


def _run(folder: Path) -> Ran:
    """Run the drill in an empty folder.

    Raises:
        RuntimeError: it did not pass; what it took is no measure of anything.
    """
    command = [str(Path(sys.executable).with_name("dynadrill")), "run", SCENARIO, "--seed", SEED, "--json", "-"]
    began_at, began = time.time(), time.perf_counter()
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    wall_s = time.perf_counter() - began
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip()[-500:]
        raise RuntimeError(f"the drill ended with exit code {ended.returncode}: {said}")
    history = read_history(folder / "runs" / SCENARIO / "latest" / "history")
    assert not history.damage, history.damage[:3]
    return Ran(wall_s, began_at, history, orjson.loads(ended.stdout)["load"]["asked_rate_per_s"])
