"""The load processes: `python -m dynadrill.drills.load.process`, told what to do on standard input.

A process ends, in every role, when the drill sets the stop flag of the shared clock, when a signal says so, and when
its parent is gone. Its exit code is 0 where everything that it began was told of, else 1.
"""

# Locust patches sockets, threads and locks on import: it has to come before whatever uses them.
from locust.env import Environment  # isort: skip

import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import gevent

from ..targets.shared_clock import SharedClock
from .config import LoadConfig, from_json
from .leading import lead
from .life import Life
from .working import work

log = logging.getLogger("dynadrill.load")


def main() -> NoReturn:
    """Read the configuration and do what one role has to do."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(process)d %(message)s")
    config = from_json(sys.stdin.buffer.read())
    life = Life(config.parent, SharedClock(Path(config.connection.clock_file)), time.monotonic)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, life.end)
    try:
        done = _do(config, life)
    except Exception:
        log.exception("the load broke")
        done = False
    logging.shutdown()
    # What Locust leaves running would keep the process: its greenlets, and messages to a master that is gone.
    os._exit(0 if done else 1)


def _do(config: LoadConfig, life: Life) -> bool:
    environment = Environment(reset_stats=False)
    return lead(config, environment, life) if config.role == "master" else work(config, environment, life)


if __name__ == "__main__":
    main()
