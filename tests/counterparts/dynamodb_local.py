"""DynamoDB Local as a process of its own."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .wanted import EMULATOR, HERE

COMMAND = (
    "java",
    # Two compilations of everything would cost more seconds than faster code saves.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Djava.library.path=DynamoDBLocal_lib",
    "-cp",
    "DynamoDBLocal.jar:DynamoDBLocal_lib/*",
    str(HERE / "Loopback.java"),
    "-inMemory",
    "-sharedDb",
    "-disableTelemetry",
)


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local on 127.0.0.1 and give its address.

    It ends with the pipe to its standard input: also when this process is killed.
    """
    process = subprocess.Popen(
        COMMAND, cwd=EMULATOR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = _port(process.stdout)
        if port is None:
            _, said = process.communicate(timeout=20)
            raise AssertionError(f"DynamoDB Local did not start: {said}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.communicate(timeout=20)


def _port(lines: IO[str]) -> int | None:
    """The port that it says it has, after all else that it says at its start."""
    for line in lines:
        if line.startswith('{"port"'):
            return int(json.loads(line)["port"])
    return None
