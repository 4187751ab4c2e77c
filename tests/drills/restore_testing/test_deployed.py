"""The CloudFormation template of the validator: what it makes is known, and what it allows is what is called."""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint import decode
from cfnlint.api import lint_all
from dynadrill.drills.restore_testing import handler
from dynadrill.drills.restore_testing.wanted import VARIABLES

from deploy.lambda_zip import PYTHON

from .conftest import ACCOUNT, REGION, Owner, event_of

TEMPLATE = Path(__file__).parents[3] / "deploy" / "restore-testing.yaml"


class Context:
    """What Lambda hands over beside the event."""

    invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dynadrill"


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The template, with CloudFormation's functions as JSON has them."""
    read, _ = decode.decode(str(TEMPLATE))
    found: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return found


def test_every_property_is_one_that_cloudformation_knows() -> None:
    """cfn-lint finds no error and no warning: every resource type, property, reference and policy is a known one."""

    def found(text: str) -> list[str]:
        return [str(match) for match in lint_all(text) if not match.rule.id.startswith("I")]

    assert found(TEMPLATE.read_text()) == []
    assert found(TEMPLATE.read_text().replace("MemorySize:", "MemoryCapacity:"))


def test_the_function_is_the_one_that_is_packed(template: dict[str, Any]) -> None:
    """Handler and runtime are those of the zip, every variable is one that is read, and parameters have their use."""
    function = template["Resources"]["Function"]["Properties"]
    assert function["Handler"] == f"{handler.__name__}.{handler.handler.__name__}"
    assert function["Runtime"] == f"python{PYTHON}"
    assert set(function["Environment"]["Variables"]) <= set(VARIABLES.values())


def actions(template: dict[str, Any]) -> set[str]:
    """What the role allows beside the log, which Lambda itself writes."""
    (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    allowed = [each["Action"] for each in statements if each["Sid"] != "Log"]
    return {action for one in allowed for action in ([one] if isinstance(one, str) else one)}


def test_the_role_allows_what_is_called_and_nothing_else(
    template: dict[str, Any], owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every action of the policy is called by a validation, and every call is allowed by it."""
    monkeypatch.setenv("DYNADRILL_AGAINST", "live")
    monkeypatch.setenv("DYNADRILL_CHANGED_AT", "updated_at")
    job = owner.job()
    asked = len(owner.asked)
    assert handler.handler(event_of(job), Context())["validationStatus"] == "SUCCESSFUL"
    called = set(owner.asked[asked:])
    # The first needs no permission (AWS STS API Reference); the second is asked of addresses, and never of AWS itself.
    called -= {"sts:GetCallerIdentity", "dynamodb:ListTables"}
    # What the machine does not have is not asked a second time: AWS is, after the policies, for what they hold to.
    assert called | {"application-autoscaling:DescribeScalableTargets"} == actions(template)


def test_the_rule_catches_the_event(template: dict[str, Any], owner: Owner) -> None:
    """The rule's pattern fits the event of a test that has completed, and no other state, service or restore."""
    pattern = template["Resources"]["Rule"]["Properties"]["EventPattern"]
    event = event_of(owner.job())
    assert fits(event, pattern)
    others: list[dict[str, Any]] = [{"status": "RUNNING"}, {"resourceType": "EBS"}, {"restoreTestingPlanArn": None}]
    for other in others:
        detail = {name: value for name, value in {**event["detail"], **other}.items() if value is not None}
        assert not fits({**event, "detail": detail}, pattern), other
    assert not fits({**event, "detail-type": "Backup Job State Change"}, pattern)


def fits(event: Any, pattern: dict[str, Any]) -> bool:
    """EventBridge's matching, as far as the rule uses it (EventBridge User Guide, "Event patterns")."""
    return all(
        fits(event.get(name, {}), wanted)
        if isinstance(wanted, dict)
        else any(_meets(event, name, one) for one in wanted)
        for name, wanted in pattern.items()
    )


def _meets(event: dict[str, Any], name: str, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(event.get(name) == wanted)
    ((word, value),) = wanted.items()
    if word == "exists":
        return (name in event) is value
    assert word == "prefix"
    return str(event.get(name, "")).startswith(value)
