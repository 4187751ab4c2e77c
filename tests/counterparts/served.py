"""The time machine as a process, for clients that are no Python of this process."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.command import SERVE

from .places import REGION


class Served(NamedTuple):
    """A machine that listens.

    Args:
        address: where.
        environment: what a client of AWS needs to find it, and nothing of the user's own.
    """

    address: str
    environment: Mapping[str, str]

    def advance_to(self, to_at: float) -> None:
        """Move its clock by the control API, to an epoch second."""
        self._move({"to_at": to_at})

    def advance(self, seconds: float) -> None:
        """Move its clock by the control API."""
        self._move({"advance_s": seconds})

    def _move(self, body: Mapping[str, float]) -> None:
        request = urllib.request.Request(f"{self.address}/dynadrill/clock", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200


COMMAND = (*SERVE, "--port", "0", "--clock", "manual")


@contextmanager
def served(folder: Path, start_at: float) -> Iterator[Served]:
    """`dynadrill serve` with a clock that stands at an epoch second, and restores of 300 s of target time.

    Args:
        folder: the home of its clients, which holds no settings of AWS.
        start_at: where its time begins.
    """
    command = [*COMMAND, "--start-at", str(start_at), "--duration", "restore=300"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["endpoint"]
        yield Served(address, _environment(address, folder))
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _environment(address: str, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
