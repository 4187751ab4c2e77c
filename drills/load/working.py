"""A load process that has users: all of them, or those that Locust's master gives to it."""

import gc
import logging
from functools import cache, partial

import gevent
from locust.env import Environment
from locust.runners import Runner

from ..alias import Alias
from ..history import Who
from ..recorder import Recorder
from ..targets.clients import client_for_load
from ..targets.clocks import RealClock
from .config import LoadConfig
from .life import LOOK_S, Life, tell_ready
from .locust_user import Crew, user_classes
from .perform import Writer

LOOPBACK = "127.0.0.1"
LAST_ANSWERS_S = 8.0
"""How long operations in flight are waited for at the end: less than the drill waits for the process."""

log = logging.getLogger("dynadrill.load")


def work(config: LoadConfig, environment: Environment, life: Life) -> bool:
    """Run users until the process has to end, then write down what they did.

    Answers:
        Whether nothing broke and every operation was told of.
    """
    with Recorder(config.history, f"load-{config.number}") as recorder:
        crew = _crew(config, recorder, life)
        environment.user_classes = user_classes(config.users, crew)
        running = gevent.spawn(_running, config, environment)
        if life.until(running.ready):
            runner: Runner = running.get()
            _tend(crew, runner, life)
        return _close(crew, recorder)


def _crew(config: LoadConfig, recorder: Recorder, life: Life) -> Crew:
    elsewhere = cache(partial(client_for_load, config.connection))
    writer = Writer(Who.LOAD, recorder, client_for_load(config.connection), RealClock(life.control), elsewhere)
    gc.collect()
    gc.freeze()
    return Crew(
        users=config.users,
        writer=writer,
        alias=Alias(config.alias),
        control=life.control,
        now=life.now,
        slot=life.control.claim_slot(),
    )


def _running(config: LoadConfig, environment: Environment) -> Runner:
    """Locust's runner: with its users on the way when alone, else connected to the master who will send them."""
    if config.role == "worker":
        return environment.create_worker_runner(LOOPBACK, config.master_port)
    environment.events.spawning_complete.add_listener(partial(_spawned, config))  # type: ignore[no-untyped-call] # Locust is half typed
    runner = environment.create_local_runner()
    runner.start(config.users.workload.users, spawn_rate=config.users.workload.users)
    return runner


def _spawned(config: LoadConfig, user_count: int) -> None:
    log.info("%d users are there", user_count)
    tell_ready(config.ready_file)


def _tend(crew: Crew, runner: Runner, life: Life) -> None:
    """Let the users work until the process has to end, or one of them is lost: their script would have a hole."""
    while not life.over() and crew.broken is None:
        present = runner.user_count
        if present < crew.seated:
            crew.broken = RuntimeError(f"of {crew.seated} users {present} are left")
        gevent.sleep(LOOK_S)


def _unanswered(crew: Crew) -> int:
    """How many operations are still in flight when no more answers are waited for."""
    until = crew.now() + LAST_ANSWERS_S
    while crew.in_flight and crew.now() < until:
        gevent.sleep(LOOK_S)
    return crew.in_flight


def _close(crew: Crew, recorder: Recorder) -> bool:
    """Begin nothing more, wait for the last answers, and write down what was done."""
    active_s = crew.active_s()
    crew.closed = True
    unanswered = _unanswered(crew)
    crew.tally.add_unanswered(unanswered)
    recorder.load(crew.tally.counted(active_s)._asdict())
    if crew.broken is not None:
        log.error("the load broke", exc_info=crew.broken)
    if unanswered:
        log.error("%d operations were not answered within %g s", unanswered, LAST_ANSWERS_S)
    return crew.broken is None and not unanswered
