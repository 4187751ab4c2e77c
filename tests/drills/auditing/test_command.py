"""`dynadrill audit`, as a person and as a machine read it, against the time machine."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from dynadrill.drills.auditing.audit import ALL_RULES, Audit, Looked, audit
from dynadrill.drills.auditing.command import Auditing, exit_code, run_audit
from dynadrill.drills.auditing.facts import TableSeen
from dynadrill.drills.auditing.metrics import RECOVERY_OFF, to_metrics
from dynadrill.drills.auditing.rule import Answer, Wanted
from dynadrill.drills.auditing.sarif import to_sarif
from dynadrill.drills.auditing.text import text_of
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UsageError
from dynadrill.drills.quantities import parse_instant
from dynadrill.drills.report import to_text
from dynadrill.drills.schemas import stored
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.looking import Looker, looker
from dynadrill.drills.targets.time_machines import ENDPOINT
from dynadrill.drills.terminal import Screen
from dynadrill.drills.verdict import ExitCode

from .made import OFF, REGION, TABLE, table, unseen

HERE = Looked("http://127.0.0.1:8000", REGION.now_at)


def of(*tables: Any, accepted: dict[str, str] | None = None) -> Audit:
    """The audit of some tables."""
    return audit({REGION.region: (REGION, tables)}, Wanted(), accepted or {}, None, HERE)


def test_the_exit_code_says_what_was_found() -> None:
    """0 where nothing was found, 1 where something was, 2 where not all was seen, or nothing was looked at."""
    assert exit_code(of(TABLE)) == ExitCode.PASS
    assert exit_code(of(TABLE, table(recovery=OFF))) == ExitCode.FAIL
    assert exit_code(of(unseen("policy", "failed_jobs"))) == ExitCode.UNKNOWN
    assert exit_code(of(unseen("failed_jobs"), table(recovery=OFF))) == ExitCode.FAIL
    assert exit_code(of()) == ExitCode.UNKNOWN


def test_a_table_that_nobody_may_describe_is_unknown_once() -> None:
    """Where not even the table can be described, one line says so, and the exit code is 2."""
    done = of(TableSeen("eu-west-1", "orders", unseen={"status": "DescribeTable was answered with AccessDenied"}))
    assert [(each.name, each.answer) for each in done.findings] == [("no-way-back", Answer.UNKNOWN)]
    assert exit_code(done) == ExitCode.UNKNOWN
    assert "AccessDenied" in to_text(text_of(done), Screen(80, color=False, unicode=True))


def test_what_is_accepted_is_listed_and_does_not_count() -> None:
    """An accepted rule's findings stay in the audit with their reason; others count as before."""
    bare = table(deletion_protection=False)
    done = of(bare, accepted={"DD005": "the stack protects it"})
    assert exit_code(done) == ExitCode.PASS
    assert [finding.accepted for finding in done.findings] == ["the stack protects it"]
    assert "accepted: the stack protects it" in to_text(text_of(done), Screen(80, color=False, unicode=True))
    assert exit_code(of(bare, accepted={"DD001": "another"})) == ExitCode.FAIL


def test_the_page_fits_and_says_what_is_not_known() -> None:
    """Within 80 columns: whether the table comes back and by what, findings with their fixes, what is not measured."""
    page = to_text(text_of(of(table(recovery=OFF), unseen("recovery"))), Screen(80, color=False, unicode=True))
    assert max(len(line) for line in page.splitlines()) <= 80
    flat = " ".join(page.split())
    for said in (
        "the Region is lost ✓ yes",
        "global_table_failover",
        "✗ high DD001 point-in-time recovery is off",
        "aws dynamodb update-continuous-backups --table-name orders",
        "? unknown DD001 recovery-off: recovery: answered with AccessDenied",
        "RPO and RTO: not measured",
    ):
        assert said in flat, said


SARIF_ESSENTIALS: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results", "invocations"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id", "shortDescription", "fullDescription", "help"],
                                            "properties": {"name": {"pattern": "^[A-Z][A-Za-z]+$"}},
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {
                        "items": {
                            "required": ["message", "ruleId", "locations", "partialFingerprints"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation", "logicalLocations"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {"region": {"properties": {"startLine": {"minimum": 1}}}},
                                            }
                                        },
                                    },
                                },
                                "suppressions": {
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 requires of the objects that are used (OASIS, sections 3.13 to 3.58), and GitHub beside it."""


def test_sarif_is_as_code_scanning_takes_it() -> None:
    """Each finding is a result at its table and in the file that declares it; what is unknown is a notification."""
    seen = table(recovery=OFF, deletion_protection=False), unseen("failed_jobs")
    told = json.loads(to_sarif(of(*seen, accepted={"DD005": "known"}), "infra/tables.tf"))
    jsonschema.validate(told, SARIF_ESSENTIALS)
    run = told["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == [rule.id for rule in ALL_RULES]
    by_rule = {result["ruleId"]: result for result in run["results"]}
    assert set(by_rule) == {"DD001", "DD005", "DD006"}
    assert all(rules[result["ruleIndex"]] == rule for rule, result in by_rule.items())
    assert by_rule["DD001"]["level"] == "error"
    assert by_rule["DD001"]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "eu-west-1/orders"
    assert by_rule["DD001"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra/tables.tf"
    assert by_rule["DD005"]["suppressions"][0]["justification"] == "known"
    assert "suppressions" not in by_rule["DD001"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "DD014" in {note["associatedRule"]["id"] for note in run["invocations"][0]["toolExecutionNotifications"]}
    assert len({result["partialFingerprints"]["dynadrillAudit/v1"] for result in run["results"]}) == 3


def test_recovery_that_is_off_raises_a_metric() -> None:
    """As an embedded metric a table without point-in-time recovery is 1, with it 0, and unknown no value (S1-34)."""
    lines = [json.loads(to_metrics(of(seen))) for seen in (table(recovery=OFF), TABLE, unseen("recovery"))]
    assert [line.get(RECOVERY_OFF) for line in lines] == [1, 0, None]
    for line in lines:
        described = line["_aws"]["CloudWatchMetrics"][0]
        assert all(isinstance(line[metric["Name"]], int) for metric in described["Metrics"])
        assert {"TableName", "Region"} == set(described["Dimensions"][0])


def test_the_json_is_as_its_schema_says() -> None:
    """The audit's JSON is held to the schema that is published."""
    told = json.loads(of(TABLE, unseen("recovery")).model_dump_json())
    assert told["schema"] == "dynadrill.audit/1"
    jsonschema.validate(told, json.loads(stored("audit-1.schema.json")))


@pytest.fixture
def asked_of(time_machine: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run an audit of the time machine; answers exit code, standard output and standard error."""

    def run(**options: Any) -> tuple[int, str, str]:
        given = {"tables": (), "everything": not options.get("tables"), "regions": (), **options}
        place = Place(ENDPOINT, "us-east-1", Answering(time_machine.machine))
        code = run_audit(Auditing(**given), lambda: Looker(place), lambda: 0.0, lambda _: None)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def make(time_machine: Any, name: str) -> None:
    """An empty table."""
    time_machine.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )


def test_all_tables_are_audited_but_those_of_drills(time_machine: Any, asked_of: Any) -> None:
    """--all finds every table of a Region; a drill's own is none of them; no account id is shown."""
    for name in ("orders", "customers", "dynadrill-0123abcd-Orders"):
        make(time_machine, name)
    code, out, err = asked_of(json_to="-")
    assert code == ExitCode.FAIL
    assert [each["table"] for each in json.loads(out)["tables"]] == ["customers", "orders"]
    assert "there is no way back" in " ".join(err.split())
    assert "123456789012" not in out + err


def test_tables_are_named_by_arn_too(time_machine: Any, asked_of: Any) -> None:
    """An ARN says the Region; another Region is not looked at."""
    make(time_machine, "orders")
    code, out, _ = asked_of(tables=("arn:aws:dynamodb:us-east-1:123456789012:table/orders",))
    assert code == ExitCode.FAIL
    assert "orders  in us-east-1" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tables": ("nope",)}, "no table nope"),
        ({"tables": ("x",), "everything": True}, "which tables"),
        ({"tables": ("arn:aws:s3:::bucket",)}, "not the ARN of a table"),
        ({"form": "xml"}, "no format"),
        ({"period": 36}, "--period is 36"),
        ({"expect": ("luck",)}, "--expect 'luck'"),
        ({"accept": ("DD005",)}, "RULE=REASON"),
        ({"accept": ("DD999=why",)}, "RULE=REASON"),
        ({"copy_age": "1"}, "no duration"),
        ({"drills": Path("/nonexistent")}, "--drills"),
        ({"matrix": Path("/nonexistent")}, "--matrix"),
    ],
)
def test_bad_options_are_refused(asked_of: Any, options: dict[str, Any], said: str) -> None:
    """Bad input is an error that says what was found, before anything is told."""
    with pytest.raises(UsageError, match=said):
        asked_of(**options)


@pytest.mark.parametrize(
    ("target", "endpoint", "region", "said"),
    [
        ("embedded", None, None, "no tables but a drill's own"),
        ("ftp://x", None, None, "is no target"),
        ("http://a", "http://b", None, "both say where"),
        ("aws:eu-west-1", None, "eu-west-2", "Leave one of them out"),
        ("aws:eu-west-1", None, None, "DYNADRILL_ALLOW_AWS"),
    ],
)
def test_where_it_looks_has_to_be_said_once(
    monkeypatch: pytest.MonkeyPatch, target: str, endpoint: str | None, region: str | None, said: str
) -> None:
    """A place that is none, is named twice, or is AWS without anybody's consent, is refused."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "DYNADRILL_ALLOW_AWS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError) as error:
        looker("orders", target, endpoint, region)
    assert said in str(error.value)


def test_the_command_line_reaches_the_audit(
    time_machine: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every option of the command ends up where it is meant to: what is held to, what is shown, and where."""
    make(time_machine, "orders")
    asked: list[Any] = []

    def look_there(*where: Any) -> Looker:
        asked.append(where)
        return Looker(Place(ENDPOINT, "us-east-1", Answering(time_machine.machine)))

    monkeypatch.setattr("dynadrill.drills.targets.looking.looker", look_there)
    options = [
        "--region",
        "us-east-1",
        "--period",
        "35",
        "--max-copy-age",
        "1d",
        "--expect",
        "policy",
        "--events",
        "1d",
    ]
    drills = ["--drills", str(tmp_path), "--max-drill-age", "1d", "--accept", "DD005=known", "--format", "sarif"]
    place = ["--endpoint", "http://there", "--declared-in", "tables.tf"]
    assert main(["audit", "orders", *options, *drills, *place, "--json", str(tmp_path / "a.json")]) == ExitCode.FAIL
    assert asked == [("orders", None, "http://there", "us-east-1")]
    told = json.loads(capsys.readouterr().out)["runs"][0]
    found = {result["ruleId"]: result for result in told["results"]}
    assert {"DD001", "DD009", "DD012", "DD017"} <= set(found)
    assert "suppressions" in found["DD005"]
    assert found["DD001"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "tables.tf"
    written = Audit.model_validate_json((tmp_path / "a.json").read_text())
    assert written.tables[0].events_because.startswith("NOT RUN: LookupEvents")
    assert main(["doctor", "--target", "http://there", "--table", "orders", "--region", "us-east-1"]) == ExitCode.FAIL
    assert "point-in-time recovery is off" in " ".join(capsys.readouterr().out.split())
    assert main(["last", "--out", str(tmp_path), "--max-age", "1d"]) == ExitCode.FAIL


@pytest.mark.parametrize(
    ("began", "is_found"), [("20260101T000000Z", False), ("20250101T000000Z", True), ("20270101T000000Z", True)]
)
def test_drills_are_as_old_as_the_wall_clock_says(
    time_machine: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], began: str, is_found: bool
) -> None:
    """A drill that passed lately is enough, whatever time the endpoint has; one from the future proves nothing."""
    make(time_machine, "orders")
    folder = tmp_path / "bad_overwrite" / f"{began}-7"
    folder.mkdir(parents=True)
    (folder / "verdict.json").write_text('{"verdict": "pass", "exit_code": 0, "because": ""}')
    time_machine.advance(400 * 86400)
    place = Place(ENDPOINT, "us-east-1", Answering(time_machine.machine))
    asked = Auditing(("orders",), False, (), json_to="-", drills=tmp_path)
    wall_at = parse_instant("2026-01-15T00:00:00Z")
    run_audit(asked, lambda: Looker(place), lambda: wall_at, lambda _: None)
    found = {finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert ("DD017" in found) is is_found
