"""What happens by itself, and what the threads that ask meanwhile see of it."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.errors import resource_not_found
from dynadrill.drills.timemachine.journal import HappeningError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, items, make_table, put


class Watched:
    """The journal's lock, which says when somebody else wants it."""

    def __init__(self, lock: Any, wanted: threading.Event) -> None:
        self._lock = lock
        self._wanted = wanted
        self._mine = threading.get_ident()

    def __enter__(self) -> None:
        if threading.get_ident() != self._mine:
            self._wanted.set()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def in_another_thread(ask: Callable[[], Any]) -> Any:
    """What a call gives in a thread of its own."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def test_only_what_happens_is_in_the_past(machine: TimeMachine, clock: ManualClock) -> None:
    """While something happens that was due an hour ago, it is an hour ago for it, and now for every other thread."""
    journal = machine.fleet.journal
    seen: list[float] = []
    journal.agenda.add(START_AT + 1, lambda: seen.extend((journal.now(), in_another_thread(journal.now))))
    clock.set_forward(START_AT + 3601)
    journal.catch_up()
    assert seen == [START_AT + 1, START_AT + 3601]


def test_a_request_waits_for_what_is_due(machine: TimeMachine, clock: ManualClock) -> None:
    """A request that comes while another thread lets happen what was due is answered after it, not before."""
    journal = machine.fleet.journal
    order: list[str] = []
    moved_on = threading.Event()
    journal.lock = Watched(journal.lock, moved_on)  # type: ignore[assignment]

    def ask() -> None:
        journal.catch_up()
        order.append("request")
        moved_on.set()

    other = threading.Thread(target=ask)

    def happen() -> None:
        other.start()
        moved_on.wait()
        order.append("happening")

    journal.agenda.add(START_AT + 1, happen)
    clock.set_forward(START_AT + 1)
    journal.catch_up()
    other.join()
    assert order == ["happening", "request"]


def _fails() -> None:
    raise resource_not_found()


def test_a_failure_of_its_own_is_no_refusal(
    machine: TimeMachine, db: Any, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails by itself is told as a defect, once, and refuses no request in the words of AWS."""
    make_table(db)
    machine.fleet.journal.agenda.add(START_AT + 1, _fails)
    clock.set_forward(START_AT + 1)
    answer = machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1")
    assert answer.status == 500
    assert b"HappeningError" in answer.body
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    put(db, "a")
    assert items(db, "Orders") == {"a": "v"}


def test_the_control_api_tells_a_failure_too(machine: TimeMachine, clock: ManualClock) -> None:
    """Moving the clock past something that fails is answered with status 500, and the clock is moved."""
    machine.fleet.journal.agenda.add(START_AT + 1, _fails)
    answer = machine.respond(Call("POST", "", "/dynadrill/clock", {}, b'{"advance_s": 5}'))
    assert (answer.status, b"Requested resource not found" in answer.body) == (500, True)
    assert clock.now() == START_AT + 5


def test_what_is_due_later_happens_after_a_failure(machine: TimeMachine, clock: ManualClock) -> None:
    """What is due after something that failed is still to come."""
    journal = machine.fleet.journal
    seen: list[float] = []
    journal.agenda.add(START_AT + 1, _fails)
    journal.agenda.add(START_AT + 2, lambda: seen.append(journal.now()))
    clock.set_forward(START_AT + 3)
    with pytest.raises(HappeningError, match="Requested resource not found"):
        journal.catch_up()
    journal.catch_up()
    assert seen == [START_AT + 2]
