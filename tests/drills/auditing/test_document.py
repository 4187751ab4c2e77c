"""docs/audit.md and docs/ci.md against the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dynadrill.drills.auditing.audit import ALL_RULES
from dynadrill.drills.auditing.reading_region import read_region
from dynadrill.drills.auditing.reading_table import Asked, read_table
from dynadrill.drills.auditing.ways import DISASTERS, TITLES
from dynadrill.drills.cli import main
from dynadrill.drills.doctor.there import Where, look_there
from dynadrill.drills.iam.asked import Asked as Needing
from dynadrill.drills.iam.asked import Need
from dynadrill.drills.iam.needs import needs_of
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.looking import Looker, LookingGuard
from dynadrill.drills.targets.time_machines import ENDPOINT

ROOT = Path(__file__).parent.parent.parent.parent
HOME = "us-east-1"
ACCOUNT = "123456789012"
OF_AWS = re.compile(r"put-metric-data|--policy-document")
"""Commands of the AWS CLI, in which dynadrill is a name."""


def text(name: str) -> str:
    """A document."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_document_has_every_rule_and_kind() -> None:
    """Each rule stands in the table with its id, name, severity and words; each kind with its disasters."""
    for rule in ALL_RULES:
        assert f"| `{rule.id}` | `{rule.name}` | {rule.severity} | {rule.title}. {rule.help} |" in text("audit.md")
    for kind, disasters in DISASTERS.items():
        assert f"| {TITLES[kind]} | `{kind}` | {' '.join(f'`{name}`' for name in disasters)} |" in text("audit.md")


def test_the_policy_is_what_is_called(time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The IAM actions of the document are what the calls of audit and doctor need: none is missing, none too many."""
    key = time_machine.client("kms").create_key()["KeyMetadata"]["Arn"]
    time_machine.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    needed: set[Need] = set()
    check, neighbour = LookingGuard.check, LookingGuard.check_neighbour

    def note(self: LookingGuard, operation: str, parameters: Any) -> None:
        needed.update(needs_of(Needing("dynamodb", operation, parameters, ACCOUNT, HOME)))
        check(self, operation, parameters)

    def note_neighbour(self: LookingGuard, service: str, operation: str, parameters: Any) -> None:
        needed.update(needs_of(Needing(service, operation, parameters, ACCOUNT, HOME)))
        neighbour(self, service, operation, parameters)

    monkeypatch.setattr(LookingGuard, "check", note)
    monkeypatch.setattr(LookingGuard, "check_neighbour", note_neighbour)
    looker = Looker(Place(ENDPOINT, HOME, Answering(time_machine.machine)))
    read_region(looker.client, HOME, 0.0)
    read_table(looker.client, HOME, "orders", Asked(time_machine.now(), events_s=60.0))
    list(look_there(Where(looker.client, (HOME,), is_aws=True), ("orders",), 0.0))
    policy = json.loads(re.findall(r"```json\n(.*?)```", text("audit.md"), flags=re.DOTALL)[0])
    assert {need.action for need in needed} == set(policy["Statement"][0]["Action"])


@pytest.mark.parametrize(
    ("name", "commands"),
    [("audit.md", ("audit", "doctor", "matrix")), ("ci.md", ("audit", "last", "plan", "run", "summary", "sweep"))],
)
def test_options_in_the_documents_exist(name: str, commands: tuple[str, ...], capsys: Any) -> None:
    """Each option that a document gives one of its commands is in the help of one of them."""
    helps = ""
    for command in commands:
        main([command, "--help"])
        helps += capsys.readouterr().out
    lines = [line for line in re.findall(r"(?:dynadrill|arguments:) [^`\n]*", text(name)) if not OF_AWS.search(line)]
    options = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)}
    assert options
    assert not [option for option in options if option not in helps]


def test_what_the_documents_say_of_ci_is_so() -> None:
    """The YAML parses, and every input of the action is documented, and no other."""
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    blocks = re.findall(r"```yaml\n(.*?)```", text("ci.md"), flags=re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        # A function of CloudFormation's is a tag of its own.
        assert yaml.safe_load(re.sub(r"!\w+ ", "", block))
    table = text("ci.md").split("| input | |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)`", table, flags=re.MULTILINE)) == set(inputs)
    used = {name for block in blocks for name in re.findall(r"^          ([a-z-]+): ", block, flags=re.MULTILINE)}
    assert {"subject", "arguments"} <= used
