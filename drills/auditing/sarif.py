"""An audit as SARIF 2.1.0, as code scanning takes it (OASIS, "Static Analysis Results Interchange Format").

A finding is a result at a logical location, the table. GitHub asks for a physical one too: the file that declares the
table is named, as a person says it. What is unknown is a notification of the run, which then was not successful.
"""

import hashlib
import json
from typing import Any

from .audit import ALL_RULES, Audit, Finding
from .rule import Answer, Rule, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SECURITY = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "2.0"}
"""What GitHub sorts by (its documentation, "SARIF support for code scanning"): 7.0 and more is high, 4.0 medium."""


def to_sarif(audit: Audit, file: str) -> str:
    """The SARIF text.

    Args:
        audit: what was found.
        file: the file of the repository that declares the tables, from its root.
    """
    findings = [finding for finding in audit.findings if finding.answer is Answer.FOUND]
    unseen = audit.of(Answer.UNKNOWN)
    run = {
        "tool": {
            "driver": {
                "name": "dynadrill audit",
                "semanticVersion": audit.version,
                "rules": [_rule(rule) for rule in ALL_RULES],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not unseen,
                "toolExecutionNotifications": [_notification(finding) for finding in unseen],
            }
        ],
        "results": [_result(finding, file) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"security-severity": SECURITY[rule.severity], "tags": ["disaster-recovery"]},
    }


def _result(finding: Finding, file: str) -> dict[str, Any]:
    place = f"{finding.region}/{finding.table}" if finding.table else finding.region
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": [rule.id for rule in ALL_RULES].index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{place}: {finding.because}. Fix: {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}},
                "logicalLocations": [
                    {"name": finding.table or finding.region, "fullyQualifiedName": place, "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {"dynadrillAudit/v1": _fingerprint(finding.rule, place)},
    }
    if finding.accepted:
        result["suppressions"] = [{"kind": "external", "justification": finding.accepted}]
    return result


def _notification(finding: Finding) -> dict[str, Any]:
    place = f"{finding.region}/{finding.table}" if finding.table else finding.region
    return {
        "level": "warning",
        "message": {"text": f"{place}: {finding.name} is unknown: {finding.because}"},
        "associatedRule": {"id": finding.rule},
    }


def _fingerprint(rule: str, place: str) -> str:
    """The same finding in every run, so that code scanning knows it again."""
    return hashlib.blake2b(f"{rule}/{place}".encode(), digest_size=16).hexdigest()
