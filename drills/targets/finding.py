"""Which table a person means: by name or ARN, at an endpoint or at AWS, in a region."""

import os
from collections.abc import Mapping
from pathlib import Path

import botocore.session

from ..clock import Clock
from ..config.reading import read_config
from ..errors import UsageError
from .aws import OPT_IN, check_region, opted_in
from .clients import Place
from .live_past import LivePast
from .live_table import RemoteTable

REGION_HINT = "Say --region, or set AWS_REGION."
ELSEWHERE = "us-east-1"
"""The region of an endpoint that is not AWS, which mostly does not care."""


def open_table(
    name: str, clock: Clock, *, region: str | None = None, endpoint: str | None = None, connections: int = 1
) -> RemoteTable:
    """Open a table to read it, and nothing else.

    Args:
        name: `orders`, `orders/index/by_email`, or an ARN of either.
        clock: for the instants of what is read.
        region: of the table; else the ARN's, else the environment's.
        endpoint: such as `http://127.0.0.1:8000`; else AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL, else AWS itself,
            for which DYNADRILL_ALLOW_AWS=1 has to be set.
        connections: how many calls may be under way at once.

    Raises:
        UsageError: there is no such table, or it is not said where it is.
        UnverifiableError: the place does not answer, or refuses.
    """
    return RemoteTable(place_of(name, region, endpoint, os.environ), name, clock, connections)


def open_past(name: str, clock: Clock, *, region: str | None = None, endpoint: str | None = None) -> LivePast:
    """Open what is kept of a table's past, to read it and nothing else.

    Args:
        name: of the table, or its ARN.
        clock: for pauses.
        region: as for `open_table`.
        endpoint: likewise.

    Raises:
        UsageError: there is no such table, or it is not said where it is.
        UnverifiableError: the place does not answer, or refuses.
    """
    return LivePast(place_of(name, region, endpoint, os.environ), name, clock)


def place_of(name: str, region: str | None, endpoint: str | None, environment: Mapping[str, str]) -> Place:
    """Where a table is.

    Raises:
        UsageError: the region is not known or is not that of the ARN; or it is AWS, and nobody opted in.
    """
    in_arn = _region_in(name)
    if region and in_arn and region != in_arn:
        raise UsageError(f"{name} is in {in_arn}, and the region asked for is {region}", "Leave one of them out.")
    region = region or in_arn or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    url = endpoint or environment.get("AWS_ENDPOINT_URL_DYNAMODB") or environment.get("AWS_ENDPOINT_URL")
    if url:
        return Place(url.rstrip("/"), region or ELSEWHERE)
    if not opted_in(environment) and not read_config(environment, Path.cwd()).aws.allow:
        raise UsageError(
            f"{name} would be read from AWS, and nothing says that calls may go to a real account",
            f"Set {OPT_IN}=1, or aws.allow in dynadrill.toml, when they may: they change nothing, and AWS"
            " bills what they read. Else say --endpoint.",
        )
    region = region or botocore.session.Session().get_config_variable("region")
    if not region:
        raise UsageError(f"it is not said in which region {name} is", REGION_HINT)
    check_region(region, REGION_HINT)
    return Place(None, region)


def _region_in(name: str) -> str | None:
    """The region of a table's ARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/orders`."""
    if not name.startswith("arn:"):
        return None
    parts = name.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        raise UsageError(f"{name} is not the ARN of a table", "It reads arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.")
    return parts[3]
