"""Faults as text and as JSON: what is read, and what is refused with which words."""

from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.fault_forms import as_members, fault_in, fault_of
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.outages import OutageMode, outage_in
from dynadrill.drills.timemachine.services import BY_SIGNATURE, BY_TARGET


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("effect=throttle", Fault(Effect.THROTTLE)),
        (
            "effect=throttle,operation=PutItem,table=Orders,probability=0.1,times=5",
            Fault(Effect.THROTTLE, operation="PutItem", table="Orders", probability=0.1, times=5),
        ),
        (" effect = latency , seconds = 0.25 ,", Fault(Effect.LATENCY, seconds=0.25)),
        (
            "effect=fail,operation=RestoreTableToPointInTime,region=eu-west-1,service=dynamodb",
            Fault(Effect.FAIL, "dynamodb", "RestoreTableToPointInTime", region="eu-west-1"),
        ),
        ("effect=fail,service=backup,operation=StartRestoreJob", Fault(Effect.FAIL, "backup", "StartRestoreJob")),
        ("effect=drop-after,operation=GetRecords", Fault(Effect.DROP_AFTER, operation="GetRecords")),
        ("effect=backup-skew,seconds=60", Fault(Effect.BACKUP_SKEW, seconds=60.0)),
    ],
)
def test_a_fault_is_read(text: str, fault: Fault) -> None:
    """The text form gives the fault that it says."""
    assert fault_in(text) == fault


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("", "no effect", "throttle"),
        ("operation=PutItem", "no effect", "throttle"),
        ("effect=explode", "'explode'", "drop-before"),
        ("effect=throttle,operation", "'operation' where NAME=VALUE", "effect=EFFECT"),
        ("effect=throttle,opration=PutItem", "'opration'", "operation"),
        ("effect=throttle,operation=PutItems", "'PutItems' is no operation of any service", "PutItem"),
        ("effect=throttle,service=s3,operation=PutItem", "'PutItem' is no operation of s3", "API reference"),
        ("effect=throttle,service=ec2", "'ec2'", "dynamodb"),
        ("effect=throttle,times=0", "times of a fault is 0", "1 or more"),
        ("effect=throttle,times=1.5", "'1.5'", "number"),
        ("effect=throttle,probability=2", "probability of a fault is 2", "at most 1"),
        ("effect=throttle,probability=0", "probability of a fault is 0", "more than 0"),
        ("effect=throttle,probability=often", "'often'", "number"),
        ("effect=throttle,probability=nan", "nan", "number"),
        ("effect=throttle,effect=latency", "effect twice", "once"),
        ("effect=latency", "0 seconds", "at most 900"),
        ("effect=latency,seconds=-1", "-1 seconds", "more than 0"),
        ("effect=latency,seconds=1000", "1000 seconds", "at most 900"),
        ("effect=backup-skew,seconds=61", "61 seconds", "at most 60"),
        ("effect=throttle,seconds=5", "throttle has no seconds", "latency"),
        ("effect=unprocessed,operation=PutItem", "PutItem leaves nothing unprocessed", "BatchWriteItem"),
    ],
)
def test_what_is_no_fault_is_refused(text: str, found: str, expected: str) -> None:
    """The error says what was found, and the hint what was expected: a misspelt fault would never strike."""
    with pytest.raises(UsageError) as caught:
        fault_in(text)
    assert found in caught.value.message
    assert expected in caught.value.hint


@pytest.mark.parametrize(
    "members",
    [
        {"effect": 1},
        {"effect": ["throttle"]},
        {"effect": "throttle", "table": 5},
        {"effect": "throttle", "times": True},
        {"effect": "throttle", "times": "5"},
        {"effect": "throttle", "probability": "1"},
        {"effect": "latency", "seconds": 1e999},
        {"effect": "throttle", "number": 3},
    ],
)
def test_members_of_the_wrong_type_are_refused(members: dict[str, Any]) -> None:
    """JSON has types, and they are held to."""
    with pytest.raises(UsageError):
        fault_of(members)


@pytest.mark.parametrize("service", sorted({found.name for found in (*BY_TARGET.values(), *BY_SIGNATURE.values())}))
def test_every_service_can_have_faults(service: str) -> None:
    """Each service of the machine can be named in a fault, as its signature names it."""
    assert fault_in(f"effect=throttle,service={service}").service == service


@pytest.mark.parametrize("effect", list(Effect))
def test_what_is_shown_can_be_sent_back(effect: Effect) -> None:
    """The members that show a fault, but for its number and count, make the same fault again."""
    seconds = 5.0 if effect in {Effect.LATENCY, Effect.BACKUP_SKEW} else 0.0
    fault = Fault(effect, table="Orders", probability=0.5, times=3, seconds=seconds)
    shown = as_members(fault)
    del shown["number"], shown["struck"]
    assert fault_of(shown) == fault


@pytest.mark.parametrize(
    ("text", "outage"),
    [("us-east-2", ("us-east-2", OutageMode.REFUSE)), ("us-east-2=drop", ("us-east-2", OutageMode.DROP)),
     (" us-east-2 = hang ", ("us-east-2", OutageMode.HANG))],
)  # fmt: skip
def test_an_outage_is_read(text: str, outage: tuple[str, OutageMode]) -> None:
    """A Region, and how calls to it end."""
    assert outage_in(text) == outage


@pytest.mark.parametrize(("text", "found"), [("", "names no Region"), ("=drop", "names no Region"), ("x=y", "'y'")])
def test_what_is_no_outage_is_refused(text: str, found: str) -> None:
    """The error says what was found."""
    with pytest.raises(UsageError, match=found):
        outage_in(text)
