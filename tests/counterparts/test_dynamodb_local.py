"""DynamoDB Local is not left behind, and is seen by this computer only."""

import socket
import subprocess
from urllib.parse import urlsplit

import pytest

from .dynamodb_local import COMMAND
from .wanted import EMULATOR, Counterpart, need


def test_it_listens_on_loopback_only(local: str) -> None:
    """Another loopback address has the same port free, which it would not if all interfaces were listened on."""
    port = urlsplit(local).port
    assert port is not None
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))
    with socket.socket() as same, pytest.raises(OSError, match="in use"):
        same.bind(("127.0.0.1", port))


def test_it_ends_with_the_pipe_to_it() -> None:
    """DynamoDB Local ends when its standard input does, which the kernel sees to if the tests are killed."""
    need(Counterpart.LOCAL)
    process = subprocess.Popen(
        COMMAND, cwd=EMULATOR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert b'{"port": ' in said
