"""The two servers that are compared: the time machine and plain moto, each in a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import psutil

from .rawhttp import HOST, RawClient, prepared

FIRST_ANSWER = prepared("ListTables")
TRIES_EVERY_S = 0.005
READY_WITHIN_S = 60


class Server(NamedTuple):
    """A server that answers."""

    port: int
    process_id: int
    first_answer_s: float
    """From the start of its process to the first answer."""

    def memory_bytes(self) -> int:
        """What it holds in memory now."""
        return int(psutil.Process(self.process_id).memory_info().rss)


@contextlib.contextmanager
def time_machine(*options: str) -> Iterator[Server]:
    """The time machine on a running clock, started as people start it."""
    program = str(Path(sys.executable).with_name("dynadrill"))
    command = [program, "serve", "--port", "0", *options]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            port = orjson.loads(process.stdout.readline())["port"]
            RawClient(port).ask(FIRST_ANSWER)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()


@contextlib.contextmanager
def plain_moto() -> Iterator[Server]:
    """Moto's own server, as it comes."""
    port = _free_port()
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    began = time.perf_counter()
    with subprocess.Popen(command, env={**os.environ, "MOTO_CALL_RESET_API": "false"}, **quiet) as process:  # type: ignore[call-overload]
        try:
            _await(port, began)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await(port: int, began: float) -> None:
    while time.perf_counter() - began < READY_WITHIN_S:
        with contextlib.suppress(OSError):
            RawClient(port).ask(FIRST_ANSWER)
            return
        time.sleep(TRIES_EVERY_S)
    raise RuntimeError(f"moto's server did not answer within {READY_WITHIN_S} s")
