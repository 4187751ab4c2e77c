"""Where a person's table is: which target, which Region, by which name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import UsageError

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}\Z", re.ASCII)
"""API Reference, CreateTable: TableName."""


@dataclass(frozen=True)
class Place:
    """A table's name and the target that it is on; `region` is None where that is the target's own."""

    target: str
    name: str
    region: str | None
    arn: str | None


def table_place(table: str, target: str | None, endpoint: str | None, environment: Mapping[str, str]) -> Place:
    """Find out from the words of a command line and the environment.

    Raises:
        UsageError: it is not said, or said twice.
    """
    name, region, arn = _named(table)
    if target and endpoint:
        raise UsageError("--target and --endpoint both say what answers", "Leave one of them out.")
    if target == "embedded":
        raise UsageError(
            "--target embedded is a machine of a drill's own, which has no table of yours",
            "Name the endpoint that has it (--target http://127.0.0.1:8000), or aws:REGION.",
        )
    found = target or endpoint or _found(region, environment)
    if region and found.startswith("aws:") and found != f"aws:{region}":
        raise UsageError(f"{table} is in {region}, and the target is {found}", "Leave one of them out.")
    return Place(found.rstrip("/"), name, region, arn)


def _named(table: str) -> tuple[str, str | None, str | None]:
    if not table.startswith("arn:"):
        if not NAME.match(table):
            raise UsageError(f"{table!r} is not the name of a table", "It has 3 to 255 of A-Z a-z 0-9 _ . -")
        return table, None, None
    parts = table.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not re.match(r"table/[^/]+\Z", parts[5]):
        raise UsageError(f"{table} is not the ARN of a table", "It reads arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.")
    return parts[5].removeprefix("table/"), parts[3], table


def _found(region: str | None, environment: Mapping[str, str]) -> str:
    """A Region of AWS, or of what boto3 is configured with in its place; else an address that has none."""
    if region := region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"):
        return f"aws:{region}"
    if url := environment.get("AWS_ENDPOINT_URL_DYNAMODB") or environment.get("AWS_ENDPOINT_URL"):
        return url
    raise UsageError(
        "it is not said where the table is",
        "Say --target aws:REGION or --target http://127.0.0.1:8000, or set AWS_REGION or AWS_ENDPOINT_URL.",
    )
