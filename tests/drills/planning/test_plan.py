"""What a plan tells, and how it is asked for."""

import json
import tempfile
from pathlib import Path

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.planning.permitted import source_of
from dynadrill.drills.planning.planned import CallPart
from dynadrill.drills.planning.showing import calls_table
from dynadrill.drills.report import to_text
from dynadrill.drills.terminal import PLAIN_PAGE

OWN = "arn:aws:dynamodb:eu-west-1:*:table/dynadrill-*"


def test_a_plan_tells_what_is_done_made_and_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """S1-38: calls, resources, modelled durations, cost and policy, by a rehearsal, with nobody asked."""
    policy = tmp_path / "policy.json"
    asked = ["plan", "table_drop_refused", "--target", "aws:eu-west-1", "--json", "-", "--policy", str(policy)]
    assert main(asked) == 0
    said = capsys.readouterr()
    plan = json.loads(said.out)
    assert plan["schema"] == "dynadrill.plan/1"
    assert {"CreateTable", "UpdateTable", "DeleteTable", "PutItem"} <= {call["operation"] for call in plan["calls"]}
    assert {call["region"] for call in plan["calls"]} == {"eu-west-1"}
    assert all(each["name"].startswith("dynadrill-RUN-") for each in plan["resources"])
    assert plan["modelled_s"] == pytest.approx(sum(each["modelled_s"] for each in plan["phases"]), abs=2)
    assert plan["estimated_usd"] > 0
    assert plan["policy"] == json.loads(policy.read_text())
    named = [each["Resource"] for each in plan["policy"]["Statement"]]
    tables = [arn for arns in named for arn in ([arns] if isinstance(arns, str) else arns) if ":table/" in arn]
    assert tables
    assert {arn.partition("/index/")[0] for arn in tables} == {OWN}
    assert "nothing was made or changed on the target" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["restore-check"], 64),
        (["bad_overwrite", "orders"], 64),
        (["bad_overwrite", "--check"], 64),
        (["bad_overwrite", "--policy", "-", "--json", "-"], 64),
        (["bad_overwrite", "--policy", "/nowhere/policy.json"], 64),
        (["region_outage", "--target", "aws:eu-west-1"], 4),
        (["bad_overwrite", "--recovery", "strong_global_table_failover"], 4),
    ],
)
def test_what_cannot_be_planned_is_said(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line is wrong usage, and a drill that AWS cannot do is unsupported; neither prints a plan."""
    assert main(["plan", *words]) == code
    said = capsys.readouterr()
    assert (said.out, said.err.startswith("error: ")) == ("", True)


def test_a_session_is_asked_for_as_its_role() -> None:
    """The simulator takes users and roles: an assumed role's session is that role."""
    session = "arn:aws:sts::123456789012:assumed-role/drills/nightly"
    assert source_of(session) == "arn:aws:iam::123456789012:role/drills"
    user = "arn:aws:iam::123456789012:user/me"
    assert source_of(user) == user


def test_a_policy_that_cannot_be_written_is_said_by_its_own_option(capsys: pytest.CaptureFixture[str]) -> None:
    """The error names --policy, which was given, and not --json, which was not."""
    assert main(["plan", "bad_overwrite", "--policy", "/nowhere/policy.json"]) == 64
    assert capsys.readouterr().err.startswith("error: --policy /nowhere/policy.json: ")


def test_calls_in_two_regions_are_a_block_each() -> None:
    """A service has one block for each Region, however the calls went to and fro."""
    regions = ("us-east-1", "us-west-2")
    calls = tuple(
        CallPart(service="dynamodb", operation=name, region=region, rehearsed=1)
        for name in ("GetItem", "PutItem")
        for region in regions
    )
    page = to_text(calls_table(calls), PLAIN_PAGE)
    assert [line.split() for line in page.splitlines()] == [["dynamodb", "GetItem,", "PutItem", at] for at in regions]


def test_a_rehearsal_leaves_nothing_where_temporary_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a link to the run that it was: of a drill and of what `latest` would point to."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["plan", "table_drop_refused"]) == 0
    assert not list(tmp_path.iterdir())
