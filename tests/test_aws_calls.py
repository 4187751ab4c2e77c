"""docs/aws.md lists every call to AWS that the code makes, by what it is held by: read from the code itself."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from botocore import xform_name
from botocore.session import Session
from dynadrill.drills.timemachine.awsbackup.service import OPERATIONS as BACKUP_OPERATIONS
from dynadrill.drills.timemachine.operations import OPERATIONS
from dynadrill.drills.timemachine.streams.operations import STREAM_OPERATIONS

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "aws.md"
SERVICES = (
    "dynamodb", "dynamodbstreams", "backup", "s3", "kms", "ssm", "sts", "lambda", "application-autoscaling",
    "cloudwatch", "service-quotas", "cloudtrail", "iam",
)  # fmt: skip
"""In the order in which a name that several of them have is taken for one's."""
NEIGHBOURS = {"s3", "kms", "ssm", "sts"}
"""What the time machine answers by moto."""
NO_CALLS = {"query", "sign"}
"""Names in the code that are something else's: a relation's, a verdict's."""


@cache
def operations() -> dict[str, tuple[str, str]]:
    """Service and operation by the name of boto3's method."""
    found: dict[str, tuple[str, str]] = {}
    for service in SERVICES:
        for name in Session().get_service_model(service).operation_names:
            found.setdefault(xform_name(name), (service, name))
    return found


def called(files: Iterable[Path]) -> set[tuple[str, str]]:
    """The calls that some files make: by a client's method, or by its name, as paginators take it."""
    words: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return {operations()[word] for word in words - NO_CALLS if word in operations()}


def of_the_code() -> set[tuple[str, str]]:
    """Every call that drills, recoveries, disasters and commands make."""
    files = [file for room in ("drills", "scenarios") for file in (ROOT / room).rglob("*.py")]
    return called(file for file in files if "timemachine" not in file.parts)


def of_the_machine(service: str, operation: str) -> bool:
    """Whether the time machine answers a call, so that drills make it in the tests."""
    return (
        service in NEIGHBOURS
        or (service, operation) == ("iam", "SimulatePrincipalPolicy")
        or (service == "dynamodb" and operation in OPERATIONS)
        or (service == "dynamodbstreams" and operation in STREAM_OPERATIONS)
        or (service == "backup" and operation in BACKUP_OPERATIONS)
    )


def rows(calls: Iterable[tuple[str, str]]) -> list[str]:
    """The lines of a table in the document."""
    by: dict[str, list[str]] = {}
    for service, operation in sorted(calls):
        by.setdefault(service, []).append(f"`{operation}`")
    return [f"| {service} | {', '.join(names)} |" for service, names in sorted(by.items())]


def groups() -> dict[str, list[str]]:
    """The tables of the document by their headings."""
    calls = of_the_code()
    contract = called((ROOT / "tests" / "counterparts").glob("test_contract_*.py")) & calls
    machine = {call for call in calls if of_the_machine(*call)} - contract
    return {
        "### Held by Amazon's own DynamoDB Local too": rows(contract),
        "### Held by the time machine": rows(machine),
        "### Held by the model alone": rows(calls - contract - machine),
    }


def test_every_call_is_listed_by_what_holds_it() -> None:
    """Each table has exactly the calls of its kind; `python -m tests.test_aws_calls` prints them."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in DOCUMENT.read_text().splitlines():
        heading = line if line.startswith("#") else heading
        if line.startswith("|") and not line.startswith(("| service |", "|---")):
            found.setdefault(heading, []).append(line)
    wanted = groups()
    assert sum(map(len, wanted.values())) > 8
    assert {name: found.get(name) for name in wanted} == wanted


if __name__ == "__main__":
    for title, lines in groups().items():
        print(title, "", "| service | calls |", "|---|---|", *lines, sep="\n")
