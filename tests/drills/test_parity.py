"""Settings compared row by row: what differs, what to do about it, and what nobody can say."""

import shlex
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from dynadrill.drills.parity import ALWAYS_SEEN, NOT_DYNAMODBS, ROWS, Came, compare_settings
from dynadrill.drills.runrecord import SettingsRecord

BEFORE: dict[str, Any] = {
    "stream_view": "NEW_IMAGE",
    "ttl_attribute": "expires_at",
    "tags": {"team": "shop"},
    "recovery_period_days": 35,
    "deletion_protection": True,
    "table_class": "STANDARD_INFREQUENT_ACCESS",
    "resource_policy": '{"Statement": []}',
    "contributor_insights": {"table": "THROTTLED_KEYS"},
    "kinesis_destinations": {"arn:aws:kinesis:us-east-1:1:stream/s": "MICROSECOND"},
    "replicas": ("eu-west-1",),
    "indexes": ("global ByCity (city S HASH) ALL",),
    "billing_mode": "PROVISIONED",
    "capacity": {"table": (10, 20), "ByCity": (3, 4)},
    "on_demand_limits": {"table": (100, -1)},
    "warm_throughput": {"table": (12000, 4000)},
    "encryption": "arn:aws:kms:us-east-1:1:key/k",
    "auto_scaling_policies": {"table WriteCapacityUnits": "1 to 9: DynamoDBWriteCapacityUtilization 70"},
    "cloudwatch_alarms": ("WriteThrottleEvents GreaterThanThreshold 0.0",),
}
AFTER_A_BARE_RESTORE: dict[str, Any] = {
    "stream_view": None,
    "ttl_attribute": None,
    "tags": {},
    "recovery_period_days": None,
    "deletion_protection": False,
    "table_class": "STANDARD",
    "resource_policy": "",
    "contributor_insights": {},
    "kinesis_destinations": {},
    "replicas": (),
    "indexes": (),
    "billing_mode": "PAY_PER_REQUEST",
    "capacity": {},
    "on_demand_limits": {},
    "warm_throughput": {},
    "encryption": "AWS owned key",
    "auto_scaling_policies": {},
    "cloudwatch_alarms": (),
}


def compared(name: str, **after: Any) -> Any:
    """One row of a table that is as before but for what is said."""
    found = compare_settings(SettingsRecord(**BEFORE), SettingsRecord(**{**BEFORE, **after}), "Orders-restored")
    assert [row.name for row in found] == list(ROWS)
    return next(row for row in found if row.name == name)


def test_every_setting_has_a_row() -> None:
    """Each field of the record but the reasons is compared, and every one of them is named here."""
    assert set(ROWS) == set(SettingsRecord.model_fields) - {"not_seen"} == set(BEFORE) == set(AFTER_A_BARE_RESTORE)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_differs_says_what_to_do(name: str) -> None:
    """Each lost setting is a row with a call that mends it: one of DynamoDB's, with parameters that it has."""
    assert compared(name).came is Came.SAME
    row = compared(name, **{name: AFTER_A_BARE_RESTORE[name]})
    came = Came.TO_REVIEW if name == "warm_throughput" else Came.DIFFERENT
    assert (row.came, row.was, row.found) == (came, BEFORE[name], AFTER_A_BARE_RESTORE[name])
    assert "a restore" in row.because
    _check_command(row.remedy)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_new_is_told_too(name: str) -> None:
    """A setting that the lost table did not have is a difference too, and says how to take it back."""
    before = SettingsRecord(**{**BEFORE, name: AFTER_A_BARE_RESTORE[name]})
    row = next(row for row in compare_settings(before, SettingsRecord(**BEFORE), "Orders-restored") if row.name == name)
    if name == "warm_throughput":
        assert row.came is Came.SAME
    else:
        assert row.came is Came.DIFFERENT
        _check_command(row.remedy)


def _check_command(remedy: str) -> None:
    assert "Orders-restored" in remedy
    aws, service, operation, *options = shlex.split(remedy.partition(" (")[0])
    assert aws == "aws"
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model({xform_name(n, "-"): n for n in model.operation_names}[operation]).input_shape
    assert shape is not None
    members = {f"--{xform_name(member, '-')}" for member in shape.members}
    members |= {"--no-deletion-protection-enabled"}
    assert {option for option in options if option.startswith("--")} <= members


@pytest.mark.parametrize("name", [name for name in ROWS if name not in ALWAYS_SEEN])
def test_what_nobody_saw_is_not_taken_for_the_same(name: str) -> None:
    """Seen on one side only a setting is unseen, on neither it is unasked; the reason is told, and it is no pass."""
    row = compared(name, **{name: None, "not_seen": {name: "the target answered with AccessDenied"}})
    assert row.came is Came.UNSEEN
    assert row.because == f"{name} of the restored table is not known: the target answered with AccessDenied"
    bare = SettingsRecord(**{**BEFORE, name: None})
    (row,) = [row for row in compare_settings(bare, bare, "T") if row.name == name]
    assert row.came is Came.UNASKED


def test_a_key_does_not_leave_its_region() -> None:
    """A key of another Region is to be reviewed, another of the same Region is a difference, and so is none at all."""
    assert compared("encryption", encryption="arn:aws:kms:us-west-2:1:key/k").came is Came.TO_REVIEW
    assert compared("encryption", encryption="arn:aws:kms:us-east-1:1:key/other").came is Came.DIFFERENT
    assert compared("encryption", encryption="AWS owned key").came is Came.DIFFERENT


def test_a_table_may_be_warmer_than_it_was() -> None:
    """Traffic raises warm throughput by itself: more is the same, and less is to be reviewed, but no loss."""
    assert compared("warm_throughput", warm_throughput={"table": (12000, 4001)}).came is Came.SAME
    assert compared("warm_throughput", warm_throughput={"table": (12000, 3999)}).came is Came.TO_REVIEW


def test_records_of_earlier_versions_are_still_compared() -> None:
    """A run that recorded five settings is judged by those, and the rest is said to be unasked."""
    old = SettingsRecord(**{name: BEFORE[name] for name in ALWAYS_SEEN})
    rows = compare_settings(old, old, "T")
    assert {row.name for row in rows if row.came is Came.SAME} == ALWAYS_SEEN
    assert {row.came for row in rows if row.name not in ALWAYS_SEEN} == {Came.UNASKED}


def test_what_dynamodb_does_not_know_is_named() -> None:
    """IAM policies and triggers are said not to be looked at."""
    said = " ".join(NOT_DYNAMODBS)
    assert all(word in said for word in ("IAM policies", "Lambda triggers"))


def test_alarms_and_scaling_that_still_name_the_old_table_are_told() -> None:
    """What a restore leaves on the old table is a row with its remedy; where nobody could look it is not asked for.

    S2-26, S2-27, S4-12 and S4-14: CloudWatch alarms and auto scaling policies.
    """
    for name, service in (("cloudwatch_alarms", "cloudwatch"), ("auto_scaling_policies", "application-autoscaling")):
        row = compared(name, **{name: AFTER_A_BARE_RESTORE[name]})
        assert row.came is Came.DIFFERENT
        assert row.remedy.startswith(f"aws {service} ")
        assert "old table" in row.remedy
        assert compared(name, **{name: None}).came is Came.UNSEEN
        neither = SettingsRecord(**{**BEFORE, name: None})
        rows = compare_settings(neither, neither, "Orders-restored")
        assert next(row for row in rows if row.name == name).came is Came.UNASKED
