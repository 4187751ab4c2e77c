"""What a policy allows, and what a call needs."""

from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.iam.asked import Asked, Need
from dynadrill.drills.iam.needs import needs_of
from dynadrill.drills.iam.policy import read_policy
from dynadrill.drills.iam.writing import context_of, general_resource, policy_document, without

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/dynadrill-1-orders"


def policy(*statements: dict[str, Any]) -> Any:
    """A policy of some statements."""
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_what_nobody_allows_is_denied_and_a_deny_wins() -> None:
    """An action is allowed where a statement names it and its resource, by wildcards too, and no Deny does."""
    found = policy(
        allow("dynamodb:*Item", "arn:aws:dynamodb:*:123456789012:table/dynadrill-*"),
        {"Effect": "Deny", "Action": "dynamodb:DeleteItem", "Resource": "*"},
    )
    assert found.allows("dynamodb:PutItem", TABLE, {})
    assert found.allows("DynamoDB:putitem", TABLE, {}), "actions are not case-sensitive"
    assert not found.allows("dynamodb:DeleteItem", TABLE, {})
    assert not found.allows("dynamodb:Scan", TABLE, {})
    assert not found.allows("dynamodb:PutItem", TABLE.replace("dynadrill-1-", ""), {})
    assert not policy().allows("dynamodb:PutItem", TABLE, {})


def test_conditions_hold_statements_to_the_request() -> None:
    """A condition on a key that the request does not have, or has with another value, keeps a statement out."""
    equal = policy(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}))
    assert equal.allows("iam:PassRole", "*", {"iam:passedtoservice": "backup.amazonaws.com"})
    assert not equal.allows("iam:PassRole", "*", {"iam:passedtoservice": "ec2.amazonaws.com"})
    assert not equal.allows("iam:PassRole", "*", {})
    tagged = policy(allow("kms:DisableKey", Condition={"Null": {"aws:ResourceTag/dynadrill:run": "false"}}))
    assert tagged.allows("kms:DisableKey", "*", {"aws:resourcetag/dynadrill:run": "1"})
    assert not tagged.allows("kms:DisableKey", "*", {})


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Statement": "all"},
        {"Statement": [{"Effect": "Allow", "Action": "*"}]},
        {"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "NotAction": "*", "Action": "*", "Resource": "*"}]},
        {"Statement": [allow("*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})]},
    ],
)
def test_what_is_not_evaluated_is_refused(document: dict[str, Any]) -> None:
    """A document that is none, or says more than is evaluated here, is no policy: it might allow less."""
    with pytest.raises(UsageError):
        read_policy(document)


def test_a_restore_reads_the_source_and_writes_the_target() -> None:
    """A restore needs its own action on the source, and those that it writes with on the new table alone."""
    given = {"SourceTableName": "orders", "TargetTableName": "dynadrill-1-orders"}
    needs = needs_of(Asked("dynamodb", "RestoreTableToPointInTime", given, "123456789012", "eu-west-1"))
    source = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert [need for need in needs if need.resource == source] == [
        Need("dynamodb:RestoreTableToPointInTime", source, "eu-west-1")
    ]
    assert {need.action for need in needs if need.resource == TABLE} == {
        f"dynamodb:{name}Item" for name in ("BatchWrite", "Delete", "Get", "Put", "Update")
    } | {"dynamodb:Query", "dynamodb:Scan"}


def test_replicas_and_a_witness_need_actions_where_they_are() -> None:
    """A replica or a witness is made, and taken away, by actions on the table's ARN in its own Region."""

    def needs(kind: str) -> dict[str, set[str]]:
        given = {
            "TableName": "dynadrill-1-orders",
            "ReplicaUpdates": [{kind: {"RegionName": "eu-west-2"}}],
            "GlobalTableWitnessUpdates": [{kind: {"RegionName": "eu-west-3"}}],
        }
        found = needs_of(Asked("dynamodb", "UpdateTable", given, "123456789012", "eu-west-1"))
        tables = {region: TABLE.replace("eu-west-1", region) for region in ("eu-west-1", "eu-west-2", "eu-west-3")}
        return {
            region: {need.action.removeprefix("dynamodb:") for need in found if need.resource == arn}
            for region, arn in tables.items()
        }

    made, gone = needs("Create"), needs("Delete")
    assert made["eu-west-1"] == gone["eu-west-1"] == {"UpdateTable"}
    assert {"CreateTable", "CreateTableReplica", "PutItem"} < made["eu-west-2"]
    assert made["eu-west-3"] == {"CreateGlobalTableWitness"}
    assert gone["eu-west-2"] == {"DeleteTable", "DeleteTableReplica"}
    assert gone["eu-west-3"] == {"DeleteGlobalTableWitness"}


def test_a_replica_needs_what_is_done_in_its_region() -> None:
    """Adding a replica needs what makes it and fills it, removing it what deletes it, each in the replica's Region."""
    regions = ("us-east-1", "us-west-2")
    added, removed = ({"RegionName": region} for region in regions)
    given = {"TableName": "dynadrill-1-orders", "ReplicaUpdates": [{"Create": added}, {"Delete": removed}]}
    needs = needs_of(Asked("dynamodb", "UpdateTable", given, "123456789012", "eu-west-1"))
    assert needs[0] == Need("dynamodb:UpdateTable", TABLE, "eu-west-1")
    there = {region: {need.action for need in needs if need.region == region} for region in regions}
    assert there["us-west-2"] == {"dynamodb:DeleteTable", "dynamodb:DeleteTableReplica"}
    assert {"dynamodb:CreateTableReplica", "dynamodb:Scan", "iam:CreateServiceLinkedRole"} <= there["us-east-1"]
    assert {f":{need.region}:" in need.resource for need in needs if "role" not in need.resource} == {True}


def test_a_key_is_used_through_dynamodb_alone() -> None:
    """Who chooses a key for a table needs it, and through DynamoDB alone: not to decrypt anything by themselves."""
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    given = {"TableName": "dynadrill-1-orders", "SSESpecification": {"Enabled": True, "KMSMasterKeyId": key}}
    needs = needs_of(Asked("dynamodb", "UpdateTable", given, "123456789012", "eu-west-1"))
    assert {"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey"} <= {need.action for need in needs}
    found = read_policy(policy_document(needs, "dynadrill-1-", "dynadrill-"))
    assert all(found.allows(need.action, need.resource, context_of(need)) for need in needs)
    assert not found.allows("kms:Decrypt", key, {"aws:requestedregion": "eu-west-1"})


@pytest.mark.parametrize(("given", "action"), [("Tags", "TagResource"), ("ResourcePolicy", "PutResourcePolicy")])
def test_a_table_that_is_made_with_more_needs_more(given: str, action: str) -> None:
    """CreateTable with tags or a resource policy needs the action that would add them later; without, it does not."""
    for more, there in (({}, False), ({given: ["any"]}, True)):
        asked = Asked(
            "dynamodb", "CreateTable", {"TableName": "dynadrill-1-orders", **more}, "123456789012", "eu-west-1"
        )
        assert (Need(f"dynamodb:{action}", TABLE, "eu-west-1") in needs_of(asked)) is there


def test_a_policy_is_good_for_later_runs_and_for_no_other_thing() -> None:
    """A run's own names become a prefix, what AWS names becomes any; a person's table stays itself."""
    own, general = "dynadrill-1-", "dynadrill-"
    assert general_resource(TABLE, own, general).endswith(":table/dynadrill-*")
    assert general_resource(f"{TABLE}/index/by_city", own, general).endswith(":table/dynadrill-*/index/by_city")
    assert general_resource(f"{TABLE}/backup/017", own, general).endswith(":table/dynadrill-*/backup/*")
    assert general_resource("arn:aws:s3:::dynadrill-1-exports/*", own, general) == "arn:aws:s3:::dynadrill-*/*"
    theirs = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert general_resource(theirs, own, general) == theirs
    assert general_resource(f"{theirs}/export/017-ab", own, general) == f"{theirs}/export/*"


def test_only_keys_of_a_run_can_be_disabled() -> None:
    """A key of KMS has no name, so the policy goes by its tag: another key cannot be deleted with it."""
    key = Need("kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-1:123456789012:key/1", "eu-west-1")
    document = policy_document([key], "dynadrill-1-", "dynadrill-")
    found = read_policy(document)
    other = "arn:aws:kms:eu-west-1:123456789012:key/2"
    assert not found.allows(key.action, other, {"aws:requestedregion": "eu-west-1"})
    assert found.allows(key.action, other, {"aws:resourcetag/dynadrill:run": "1"})
    assert without(document, key.action)["Statement"] == []
