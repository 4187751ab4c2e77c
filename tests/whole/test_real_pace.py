"""Whole drills in real pace: Locust users in their own processes, real signals, and nothing left behind."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.marks import Mark
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.store import RunFolder, read_record
from dynadrill.drills.stored import judge_folder
from dynadrill.drills.verdict import Outcome

from tests.command import DYNADRILL

PATIENCE_S = 90.0


class Driver:
    """A drill in a process of its own, in its own session, as a terminal or a CI job would start it."""

    def __init__(self, out: Path, *options: str) -> None:
        self.out = out
        self.process = subprocess.Popen(
            [*DYNADRILL, "run", "bad_batch_delete", "--items", "500", "--seed", "3", "--out", str(out), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.family = {self.process.pid}

    def folder(self) -> RunFolder:
        """The run folder, once it is there."""
        return RunFolder(await_(lambda: next(iter(self.out.glob("*/latest/run.json")), None)).parent.resolve())

    def until(self, mark: Mark) -> RunFolder:
        """Wait until the drill reached a mark, and remember the processes it has started."""
        folder = self.folder()
        await_(lambda: mark in read_history(folder.history).marks)
        self.family |= descendants(self.process.pid)
        return folder

    def end(self) -> tuple[int, str, str]:
        """Wait for the end: exit code, standard output, standard error."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


def await_(found: Callable[[], Any]) -> Any:
    """Ask until there is an answer."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def descendants(parent: int) -> set[int]:
    """The processes below a process, by /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found, wanted = set(), {parent}
    while wanted:
        wanted = {child for child, its_parent in parents.items() if its_parent in wanted}
        found |= wanted
    return found


def living(processes: set[int]) -> set[int]:
    """Which of some processes still run; one that ended and was not waited for does not."""
    found = set()
    for process in processes:
        with contextlib.suppress(OSError):
            if (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.add(process)
    return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    """Start a drill; whatever is left of it at the end of the test is killed."""
    started: list[Driver] = []

    def begin(*options: str) -> Driver:
        started.append(Driver(tmp_path / "runs", *options))
        return started[-1]

    yield begin
    for driver in started:
        for process in living(driver.family | descendants(driver.process.pid)):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        driver.process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "seed"), [("bad_batch_delete", 1), ("bad_overwrite", 1)])
@pytest.mark.parametrize("recovery", ["point_in_time", "on_demand_backup"])
def test_both_scenarios_pass_under_real_load(scenario: str, recovery: str, seed: int, drill: Any) -> None:
    """S3-01, S0-15: with Locust users at work throughout, the table comes back and users move to it."""
    ran = drill(scenario, recovery=recovery, seed=seed, pace="real", items=1000, rate=50.0, rpo="5m")
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.load.ops > 400
    assert judgement.load.rate_per_s is not None
    assert judgement.rto.simulated_s is not None
    assert judgement.rto.measured_s is not None
    assert 0 < judgement.rto.simulated_s < judgement.rto.measured_s
    assert judgement.leftovers == []
    assert sorted(path.name for path in ran.folder.path.iterdir() if path.name.startswith("clock")) == []


@pytest.mark.slow
def test_a_ring_comes_back_whole_under_real_load(drill: Any) -> None:
    """Users in several processes permute one ring at once, and what is restored, and in service, is one ring."""
    judgement = drill("broken_ring", seed=1, pace="real", items=300, rate=60.0).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    said = next(claim.because for claim in judgement.validators if claim.name == "ring_whole")
    assert said == "one ring of 300 items in the restored table and in the table in service"


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_drill_cleans_up(number: signal.Signals, code: int, start: Callable[..., Driver]) -> None:
    """CTRL+C stops the load, removes what the run made, says so, exits 130 (SIGTERM: 143), and judges as unknown."""
    driver = start("--rate", "50")
    folder = driver.until(Mark.STRUCK)
    assert len(driver.family) >= 3, "the server and the load run beside the drill"
    os.kill(driver.process.pid, number)
    exit_code, out, err = driver.end()
    assert exit_code == code
    assert "interrupted" in out + err
    assert not living(driver.family)
    record = read_record(folder)
    assert record.leftovers == []
    assert record.ending is not None
    assert record.ending.how == "interrupted"
    assert judge_folder(folder.path).verdict is Outcome.UNKNOWN


@pytest.mark.slow
def test_a_killed_drill_leaves_no_process_and_judges_as_unknown(start: Callable[..., Driver]) -> None:
    """A drill that is killed takes its server and its load with it; its folder judges as unknown, with the reason."""
    driver = start("--rate", "50")
    folder = driver.until(Mark.LOAD_STARTED)
    driver.process.kill()
    await_(lambda: not living(driver.family))
    judgement = judge_folder(folder.path)
    assert judgement.verdict is Outcome.UNKNOWN
    assert judgement.exit_code == 2
    assert "killed" in judgement.because


@pytest.mark.slow
def test_a_restore_that_lies_is_caught(moto_server: str, start: Callable[..., Driver]) -> None:
    """S0-14: against plain moto, whose restore ignores the time, the drill exits 1 and names what is wrong."""
    driver = start("--target", moto_server, "--rate", "20", "--notice", "1s", "--decide", "1s", "--json", "-")
    exit_code, out, err = driver.end()
    verdict = orjson.loads(out)
    assert exit_code == verdict["exit_code"] == 1, err
    assert verdict["items"]["missing"] > 0
    assert verdict["rto"]["simulated_s"] in (0, None)
    assert verdict["leftovers"] == []
    assert "FAIL" in err


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 22))
@pytest.mark.parametrize("recovery", ["point_in_time", "on_demand_backup"])
@pytest.mark.parametrize("scenario", ["bad_batch_delete", "bad_overwrite"])
def test_both_scenarios_pass_under_real_load_with_many_seeds(
    scenario: str, recovery: str, seed: int, drill: Any
) -> None:
    """The same as under real load, with twenty seeds more."""
    judgement = drill(scenario, recovery=recovery, seed=seed, pace="real", items=1000, rate=50.0, rpo="5m").judgement
    assert judgement.verdict is Outcome.PASS, judgement.because


@pytest.mark.soak
@pytest.mark.parametrize("recovery", ["point_in_time", "stream_replay"])
def test_users_latency_is_reported_beside_protecting(recovery: str, drill: Any) -> None:
    """S1-17, S2-21: while recovery is switched on, or a stream is read, users' writes are counted and reported."""
    ran = drill("protected_under_load", recovery=recovery, pace="real", items=500, rate=200.0, rpo="5m")
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    latencies = judgement.load.latencies
    assert latencies is not None
    assert latencies.before.ops > 500
    assert latencies.recovering.ops > 10
    assert latencies.protecting.ops > 0
    assert latencies.protecting.p99_ms is not None
