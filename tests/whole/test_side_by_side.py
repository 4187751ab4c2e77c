"""Two drills at the same time in one account: neither touches what is the other's."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.command import DYNADRILL, SERVE

RUN = [*DYNADRILL, "run", "bad_overwrite", "--recovery", "stream_replay", "--quiet", "--pace", "virtual"]
RUN += ["--items", "60", "--rate", "5", "--notice", "1s", "--decide", "1s"]


@pytest.fixture
def served() -> Iterator[str]:
    """A machine whose clock nobody can move, as AWS's: two drills may wait on it at a time."""
    serving = [*SERVE, "--port", "0", "--clock", "wall"]
    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["endpoint"])
        process.terminate()


def test_two_drills_at_a_time(served: str, tmp_path: Path) -> None:
    """Both pass, neither has ever named the other's, and nothing of either is left."""
    drills = [
        subprocess.Popen(
            [*RUN, "--target", served, "--seed", str(seed), "--out", str(tmp_path / str(seed))],
            env={**os.environ, "AWS_REGION": "us-east-1"},
        )
        for seed in (1, 2)
    ]
    assert [drill.wait(120) for drill in drills] == [0, 0]
    runs = [tmp_path / seed / "bad_overwrite" / "latest" for seed in ("1", "2")]
    prefixes = [json.loads((run / "run.json").read_bytes())["run"] for run in runs]
    for run, own, other in zip(runs, prefixes, reversed(prefixes), strict=True):
        said = (run / "calls.jsonl").read_text() + (run / "journal.jsonl").read_text()
        assert f"dynadrill-{own}" in said
        assert other not in said
    client: Any = boto3.client(
        "dynamodb", endpoint_url=served, region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any"
    )
    assert client.list_tables()["TableNames"] == []
