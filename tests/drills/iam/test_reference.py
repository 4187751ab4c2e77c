"""What calls are said to need, held to AWS's own reference: a list that nobody here wrote."""

import re
from pathlib import Path

import pytest
from dynadrill.drills.iam.asked import EVERYTHING, Asked, Need
from dynadrill.drills.iam.needs import needs_of
from dynadrill.drills.iam.writing import policy_document

from .reference import ON_EVERYTHING, action, condition_keys, services, types_of, wrong
from .sample_calls import calls, model, name_of

PREFIXES = {"dynamodbstreams": "dynamodb", "service-quotas": "servicequotas"}
"""IAM's names of services that boto3 calls otherwise."""

OF_PARTS = {
    "TransactWriteItems": {"ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"},
    "TransactGetItems": {"GetItem"},
    "BatchExecuteStatement": {"PartiQLSelect"},
    "ExecuteStatement": {"PartiQLSelect"},
}
"""Operations that have no action of their own (Developer Guide, "DynamoDB API permissions: actions, resources, and
conditions reference"); of PartiQL only what reads leaves."""

EITHER = {"dynamodb:GetResourcePolicy", "dynamodb:PutResourcePolicy", "dynamodb:Query", "dynamodb:Scan"}
"""Actions on one of the types that they require: a table or its stream, a table or its index (API Reference)."""


def test_what_a_call_needs_is_what_aws_says() -> None:
    """S1-38, S3-19: every action exists, is on a resource of a type that it takes, and brings its dependent ones."""
    assert len(calls()) > 150
    assert {name_of(call): wrong(needs_of(call)) for call in calls() if wrong(needs_of(call))} == {}


def test_a_call_needs_the_action_of_its_own() -> None:
    """Where AWS has an action of the operation's name a call needs it, else one that the operation's own page names.

    GetCallerIdentity needs none (API Reference of STS).
    """
    found = [name_of(call) for call in calls() if call.service != "sts" and not has_its_own(call)]
    assert found == []


def has_its_own(call: Asked) -> bool:
    """Whether a call needs the action that it should be held to first."""
    needed = {need.action for need in needs_of(call)}
    own = f"{PREFIXES.get(call.service, call.service)}:{call.operation}"
    if action(own) is not None:
        return own in needed
    if call.operation in OF_PARTS:
        return needed <= {f"dynamodb:{name}" for name in OF_PARTS[call.operation]}
    return bool(needed & named_by_its_page(call))


def named_by_its_page(call: Asked) -> set[str]:
    """The actions that botocore's text on an operation names, which is that of the API Reference."""
    text = model(call.service).operation_model(call.operation).documentation
    return set(re.findall(r"\b[a-z0-9-]+:[A-Z]\w+", re.sub("<[^>]+>", "", text)))


def test_a_call_is_on_all_that_its_action_requires() -> None:
    """Where an action requires several types of resources, a call needs it on each of them."""
    found = {}
    for call in calls():
        needs = needs_of(call)
        for name in {need.action for need in needs} - EITHER - ON_EVERYTHING:
            about = action(name)
            covered = {kind for need in needs if need.action == name for kind in types_of(name, need.resource)}
            required = {kind for kind, needed in about.types.items() if needed} if about else set()
            if not required <= covered:
                found[name_of(call), name] = required - covered
    assert found == {}


def test_a_policy_asks_for_conditions_that_the_actions_have() -> None:
    """A condition on a key that a request never has would deny it: each is one of the reference's for its actions."""
    needs = [need for call in calls() for need in needs_of(call)]
    for statement in policy_document(needs, "dynadrill-1-", "dynadrill-")["Statement"]:
        keys = {key for each in statement.get("Condition", {}).values() for key in each}
        for name in statement["Action"]:
            general = {re.sub(r"/.*", "/${TagKey}", key) for key in keys - {"aws:RequestedRegion"}}
            assert general <= condition_keys(name), (name, keys)


@pytest.mark.parametrize("written", ["docs/audit.md", "deploy/restore-testing.yaml"])
def test_policies_that_were_written_by_hand_name_actions_that_exist(written: str) -> None:
    """What a person is to allow is there to be allowed: IAM takes an action that does not exist without a word."""
    text = (Path(__file__).parents[3] / written).read_text(encoding="utf-8")
    lines = re.findall(r'^ *(?:- |")([a-z0-9-]+:[A-Z]\w+)"?,?$', text, re.MULTILINE)
    named = {name for name in lines if name.partition(":")[0] in services()}
    assert len(named) > 10
    assert [name for name in named if action(name) is None] == []


def test_the_comparison_can_fail() -> None:
    """An action that does not exist, a resource of a wrong type, everything for something, and one too few are seen."""
    given = {"SourceTableName": "orders", "TargetTableName": "dynadrill-1-orders"}
    restore = needs_of(Asked("dynamodb", "RestoreTableToPointInTime", given, "123456789012", "eu-west-1"))
    table = restore[-1].resource
    assert wrong(restore[:-1]) == [f"{restore[0].action} without {restore[-1].action}"]
    assert wrong([Need("dynamodb:DescribeTabel", table, "eu-west-1")])
    assert wrong([Need("dynamodb:DescribeTable", f"{table}/backup/1", "eu-west-1")])
    assert wrong([Need("dynamodb:DescribeTable", EVERYTHING, "eu-west-1")])
    assert wrong([Need("dynamodb:ListTables", table, "eu-west-1")])
