"""Whole drills: run as the command line would, in virtual pace unless a test says otherwise."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder, create
from dynadrill.drills.watch import SilentWatch

SCENARIOS_OF_TESTS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Ran:
    """What a drill came to, and where its evidence is."""

    judgement: Judgement
    folder: RunFolder


Drill = Callable[..., Ran]


@pytest.fixture
def drill(tmp_path: Path) -> Drill:
    """Run one drill, by default with 300 items, in virtual pace and fast."""

    def run(scenario: str = "bad_batch_delete", **options: Any) -> Ran:
        asked = Asked(
            **{
                "scenario": scenario,
                "seed": 1,
                "pace": "virtual",
                "items": 300,
                "rate": 2.0,
                "notice": "20s",
                "decide": "30s",
                **options,
            }
        )
        plan = make_plan(asked, lambda name, seed: create(tmp_path / "runs", name, seed, 0.0))
        return Ran(run_drill(plan, SilentWatch()), plan.folder)

    return run


@pytest.fixture
def scenario_of_tests() -> Callable[[str], str]:
    """The path of a scenario that exists only to be drilled by tests."""
    return lambda name: str(SCENARIOS_OF_TESTS / f"{name}.py")


@pytest.fixture(scope="module")
def moto_server() -> Iterator[str]:
    """A plain moto server, whose restore ignores the time that is asked for; answers its address."""
    program = (
        "from moto.server import ThreadedMotoServer as S; import sys, time\n"
        "s = S('127.0.0.1', 0, verbose=False); s.start(); print(s.get_host_and_port()[1], flush=True)\n"
        "sys.stdin.read(); s.stop()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env={**os.environ, "MOTO_ENABLE_ISO_REGIONS": "false"},
    )  # fmt: skip
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.communicate()
