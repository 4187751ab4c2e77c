"""The time machine's server as a child process: started on a free loopback port, and gone when it is closed."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson

from ..errors import DrillError

SERVER = "dynadrill.drills.timemachine.server"
READY_WITHIN_S = 15.0
END_WITHIN_S = 5.0
LAST_WORDS = 2000


class ServerProcess:
    """One server, in a session of its own, so that a terminal's CTRL+C reaches only the drill, which then ends it.

    The server ends by itself when its parent is gone.

    Args:
        clock_file: the shared clock.
        seed: for what the machine leaves to chance.
        log: where its errors go; removed at the end when there were none.
        module: what to run.

    Raises:
        DrillError: it ended, or did not say its port in time; with its last words.
    """

    def __init__(self, clock_file: Path, seed: int, log: Path, module: str = SERVER) -> None:
        self._log = log
        options = ["--port", "0", "--clock-file", str(clock_file), "--seed", str(seed), "--parent", str(os.getpid())]
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
                # -P: a folder called dynadrill where the user stands must not be taken for the package.
                [sys.executable, "-P", "-m", module, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env=_environment(),
            )
        try:
            self.port = self._read_port()
        except BaseException:
            self.close()
            raise

    @property
    def process_id(self) -> int:
        """Of the server."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server, kindly first; it is gone when this returns. Can be called twice."""
        if self.lives():
            self._process.terminate()
            try:
                self._process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        if self._log.exists() and not self._log.stat().st_size:
            self._log.unlink()

    def _read_port(self) -> int:
        line = self._first_line()
        try:
            port = orjson.loads(line)["port"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            port = None
        if not isinstance(port, int):
            raise self._failed(f"said {line[:80]!r} where its port was expected")
        return port

    def _first_line(self) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None, "asked for above"
        line = b""
        give_up = time.monotonic() + READY_WITHIN_S
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], max(0.0, give_up - time.monotonic()))
            if not ready:
                raise self._failed(f"did not say its port within {READY_WITHIN_S:g} s")
            piece = os.read(stdout.fileno(), 1024)
            if not piece:
                raise self._failed(f"ended {_how(self._process.wait())} before it was ready")
            line += piece
        return line

    def _failed(self, how: str) -> DrillError:
        words = self._log.read_text(encoding="utf-8", errors="replace").strip()[-LAST_WORDS:]
        return DrillError(
            f"the embedded DynamoDB {how}" + (f"; its last words:\n{words}" if words else ""),
            "This is a defect of dynadrill or of its installation; please report it with the text above.",
        )


def _environment() -> dict[str, str]:
    """The user's environment but for what is about AWS: boto3 within moto stumbles over a profile that is not there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _how(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
