"""A load process that has no users: Locust's master, which starts the workers and shares the users out."""

import dataclasses
import logging
import os
import subprocess
from collections.abc import Sequence

import gevent
from locust.env import Environment

from .config import COMMAND, LoadConfig, to_json
from .life import LOOK_S, Life, tell_ready
from .locust_user import user_classes
from .working import LAST_ANSWERS_S, LOOPBACK

log = logging.getLogger("dynadrill.load")

Workers = Sequence["subprocess.Popen[bytes]"]


def lead(config: LoadConfig, environment: Environment, life: Life) -> bool:
    """Start the workers, share the users out among them, and end when they do.

    Answers:
        Whether every worker ended as it should.
    """
    environment.user_classes = user_classes(config.users, None)
    runner = environment.create_master_runner(LOOPBACK, 0)
    workers = [_worker(config, number, runner.server.port) for number in range(config.workers)]
    users = config.users.workload.users
    if life.until(lambda: len(runner.clients.ready) == len(workers) or _lost(workers)) and not _lost(workers):
        starting = gevent.spawn(runner.start, users, spawn_rate=users)
        if life.until(lambda: (runner.spawning_completed and runner.user_count == users) or _lost(workers)):
            log.info("%d users are there, in %d processes", runner.user_count, len(workers))
            tell_ready(config.ready_file)
            life.until(lambda: _lost(workers))
        starting.kill()
    return _end(workers, life)


def _worker(config: LoadConfig, number: int, port: int) -> "subprocess.Popen[bytes]":
    kept = () if config.ready_file is None else (config.ready_file,)  # the drill waits for its end
    worker = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, pass_fds=kept)  # noqa: S603 - our own module
    told = dataclasses.replace(config, role="worker", number=number, master_port=port, parent=os.getpid())
    assert worker.stdin is not None, "asked for"
    worker.stdin.write(to_json(told))
    worker.stdin.close()
    return worker


def _lost(workers: Workers) -> bool:
    return any(worker.poll() is not None for worker in workers)


def _end(workers: Workers, life: Life) -> bool:
    """Have the workers end: those who were not asked to by the stop flag are asked now."""
    if not life.control.stopping:
        for worker in workers:
            worker.terminate()
    with gevent.Timeout(LAST_ANSWERS_S + 1, exception=False):
        while any(worker.poll() is None for worker in workers):
            gevent.sleep(LOOK_S)
    for worker in workers:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
    return all(worker.returncode == 0 for worker in workers)
