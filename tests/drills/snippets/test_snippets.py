"""Snippets: what is printed for other tools is what those tools take."""

import json
import shlex
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UsageError
from dynadrill.drills.snippets.cloudformation import template
from dynadrill.drills.snippets.published_sample import commands
from dynadrill.drills.snippets.stream_arn import StreamArn
from dynadrill.drills.verdict import ExitCode
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/Orders.eu-1/stream/2024-01-17T15:02:41.471"
LABELS = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds"))
TABLES = st.text("aZ09_.-", min_size=3, max_size=255)


@settings(max_examples=40)
@given(
    partition=st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
    region=st.sampled_from(["us-east-1", "ap-southeast-7", "us-gov-west-1", "eu-isoe-west-1"]),
    account=st.text("0123456789", min_size=12, max_size=12),
    table=TABLES,
    label=LABELS,
)
def test_a_streams_arn_is_taken_apart_and_put_together(**parts: str) -> None:
    """S3-17: whatever the parts of a stream's ARN are, they are found in it, and make it again."""
    arn = StreamArn(**parts)
    assert StreamArn.parse(str(arn)) == arn


@pytest.mark.parametrize(
    "wrong",
    ["", "Orders", ARN.rpartition("/stream/")[0], ARN + "/x", ARN.replace("dynamodb", "kinesis"), ARN[:-4], f" {ARN}"],
)
def test_what_is_no_streams_arn_is_refused(wrong: str) -> None:
    """The ARN of a table, of another service, or half of one is refused, with the form that is expected."""
    with pytest.raises(UsageError, match="is not the ARN of a stream"):
        StreamArn.parse(wrong)


def test_the_samples_commands_name_table_and_stream() -> None:
    """S3-16, S3-18: bootstrap, synth, deploy and destroy, the last three with the table's name and its stream's ARN."""
    lines = [line for line in commands(StreamArn.parse(ARN)).splitlines() if not line.startswith("#")]
    words = [shlex.split(line) for line in lines]
    assert [each[:2] for each in words] == [["cdk", verb] for verb in ("bootstrap", "synth", "deploy", "destroy")]
    for each in words[1:]:
        assert each[2:] == ["-c", "table-name=Orders.eu-1", "-c", f"table-streams-arn={ARN}"]


def deployed(document: dict[str, Any]) -> dict[str, Any]:
    """What DescribeTable says of a template's table when moto's CloudFormation made it."""
    where: Any = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    with mock_aws():
        boto3.client("cloudformation", **where).create_stack(StackName="s", TemplateBody=json.dumps(document))
        db = boto3.client("dynamodb", **where)
        (name,) = db.list_tables()["TableNames"]
        table: Any = db.describe_table(TableName=name)["Table"]
        return table  # type: ignore[no-any-return]


@pytest.mark.soak  # moto's CloudFormation imports all of moto
@pytest.mark.parametrize("fixture", ["employee", "orders"])
def test_a_template_makes_the_fixtures_table(fixture: str) -> None:
    """S4-03: CloudFormation, as moto has it, makes the table with its keys, its capacity and its stream."""
    wanted = load(Kind.FIXTURE, fixture)
    table = deployed(template(wanted, load(Kind.RECOVERY, "stream_replay"), "stream_replay"))
    assert table["TableName"] == wanted.table_name
    assert table["KeySchema"] == wanted.table()["KeySchema"]
    view = wanted.settings.stream_view or "NEW_AND_OLD_IMAGES"
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": view}
    units = wanted.table().get("ProvisionedThroughput", {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0})
    assert {name: table["ProvisionedThroughput"][name] for name in units} == units


MODEL = botocore.session.get_session().get_service_model("dynamodb")
AS_IN_THE_API = {
    "AttributeDefinitions": "CreateTable", "BillingMode": "CreateTable", "DeletionProtectionEnabled": "CreateTable",
    "GlobalSecondaryIndexes": "CreateTable", "KeySchema": "CreateTable", "LocalSecondaryIndexes": "CreateTable",
    "ProvisionedThroughput": "CreateTable", "TableName": "CreateTable", "Tags": "CreateTable",
    "PointInTimeRecoverySpecification": "UpdateContinuousBackups",
    "TimeToLiveSpecification": "UpdateTimeToLive",
}  # fmt: skip
"""Properties of AWS::DynamoDB::Table that are as a member of that operation (CloudFormation User Guide)."""
OF_ITS_OWN = {"StreamSpecification": {"StreamViewType"}}
"""Properties that are not: there is no StreamEnabled."""


@pytest.mark.parametrize("fixture", names(Kind.FIXTURE))
@pytest.mark.parametrize("recovery", ["point_in_time", "stream_replay", "deletion_protection"])
def test_a_template_has_properties_that_there_are(fixture: str, recovery: str) -> None:
    """S4-03: every property is one of the table's, as botocore's model has it, and the protection is among them."""
    made = template(load(Kind.FIXTURE, fixture), load(Kind.RECOVERY, recovery), recovery)["Resources"]["Table"]
    for name, value in made["Properties"].items():
        if name in OF_ITS_OWN:
            assert set(value) == OF_ITS_OWN[name]
        else:
            shape = MODEL.operation_model(AS_IN_THE_API[name]).input_shape
            assert shape is not None
            report = ParamValidator().validate(value, shape.members[name])
            assert not report.has_errors(), report.generate_report()
    wanted = {
        "point_in_time": "PointInTimeRecoverySpecification",
        "stream_replay": "StreamSpecification",
        "deletion_protection": "DeletionProtectionEnabled",
    }
    assert wanted[recovery] in made["Properties"]


def test_the_command_prints_a_template(capsys: pytest.CaptureFixture[str]) -> None:
    """S4-03: `dynadrill snippet cloudformation employee` is a template of RCU 10, WCU 20, with recovery on."""
    assert main(["snippet", "cloudformation", "employee", "--table", "staff"]) == ExitCode.PASS
    properties = json.loads(capsys.readouterr().out)["Resources"]["Table"]["Properties"]
    assert properties["TableName"] == "staff"
    assert properties["ProvisionedThroughput"] == {"ReadCapacityUnits": 10, "WriteCapacityUnits": 20}
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["terraform", "employee"], "no snippet of 'terraform'"),
        (["cloudformation", "employe"], "Did you mean employee"),
        (["cloudformation", "employee", "--recovery", "aws_backup"], "no property of a table"),
        (["published-sample", "employee"], "is not the ARN of a stream"),
    ],
)
def test_wrong_usage_says_what_is_right(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong words end with exit code 64, and what to write instead."""
    assert main(["snippet", *words]) == ExitCode.USAGE
    assert said in capsys.readouterr().err
