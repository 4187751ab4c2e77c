"""Random requests get the same answers from the machine and from DynamoDB Local, and leave the same items."""

from collections import Counter
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import HealthCheck, Phase, given, seed, settings

from ..drills.timemachine.support import START_AT
from .agreement import Answer, Local, Machine
from .drawn import TABLE, Shape
from .excuses import excused, takes_away
from .requests_drawn import MADE, Request, stories

EVERYTHING = Request("Scan", {"TableName": TABLE})
OFTEN = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


class Told:
    """Both places told the same stories, and what came of it.

    Args:
        address: where DynamoDB Local is.
    """

    def __init__(self, address: str) -> None:
        self._local = Local(address)
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def tell(self, shape: Shape, requests: list[Request]) -> None:
        """Tell one story, to the first point where the places may go apart."""
        machine = Machine(TimeMachine(ManualClock(START_AT), seed=1))
        for place in (machine, self._local):
            assert not place.ask("CreateTable", shape.creation()).refusal
        try:
            if all(self._agreed(request, machine) for request in requests):
                assert self._agreed(EVERYTHING, machine)
        finally:
            assert not self._local.ask("DeleteTable", {"TableName": TABLE}).refusal

    def _agreed(self, request: Request, machine: Machine) -> bool:
        """Whether the places can be compared further: they agreed, or differ in a way that left both as they were."""
        if any(machine.ask("GetItem", {"TableName": TABLE, "Key": key}).says == {} for key in takes_away(request)):
            return True
        found, expected = machine.ask(*request), self._local.ask(*request)
        (self.refused if expected.refusal else self.accepted)[request.operation] += 1
        if found[:2] == expected[:2]:
            return True
        assert excused(request, found, expected), told(request, found, expected)
        return bool(found.refusal) == bool(expected.refusal)


def told(request: Request, found: Answer, expected: Answer) -> str:
    """A disagreement in words."""
    return f"{request.operation} {request.members}\n  machine: {found}\n  DynamoDB Local: {expected}"


def test_the_machine_agrees_with_dynamodb_local(local: str) -> None:
    """500 random stories of every item operation end alike, request by request and in what is stored."""
    both = Told(local)

    @settings(OFTEN, max_examples=500, derandomize=True)
    @given(stories())
    def agree(story: tuple[Shape, list[Request]]) -> None:
        both.tell(*story)

    agree()
    assert not [name for name in MADE if both.accepted[name] < 20 or both.refused[name] < 3], (
        both.accepted,
        both.refused,
    )


@pytest.mark.soak
@pytest.mark.parametrize("number", range(4))
def test_the_machine_agrees_at_length(local: str, number: int) -> None:
    """2,000 longer stories of each of four seeds end alike."""
    both = Told(local)

    @seed(number)
    @settings(OFTEN, max_examples=2000, phases=[Phase.generate])
    @given(stories(longest=40))
    def agree(story: tuple[Shape, list[Request]]) -> None:
        both.tell(*story)

    agree()


OK = Answer("", {"Items": []}, "")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (OK, Answer("", {"Items": [{"id": {"S": "a"}}]}, "")),
        (OK, Answer("ValidationException", [], "any")),
        (Answer("ValidationException", [], "any"), OK),
        (Answer("ValidationException", [], "any"), Answer("ConditionalCheckFailedException", [], "any")),
    ],
    ids=["items", "accepted", "refused", "name"],
)
@pytest.mark.parametrize("operation", ["Query", "Scan", "PutItem", "TransactWriteItems"])
def test_what_is_no_excuse(operation: str, found: Any, expected: Any) -> None:
    """Other items, another exception, and to refuse what is accepted are disagreements."""
    assert not excused(Request(operation, {"Limit": 1}), found, expected)
