"""One HTTP request to the machine and its answer, whatever carries them: a socket or a client in this process."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

DEFAULT_ACCOUNT: Final = "123456789012"
DEFAULT_REGION: Final = "us-east-1"
TARGET: Final = "x-amz-target"
"""The header in which the JSON protocol names service and operation: `DynamoDB_20120810.PutItem`."""


class Scope(NamedTuple):
    """Whom a request is for: account, Region, and the service as the signature names it (`dynamodb`, `s3`, ...)."""

    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    service: str = ""


class Call(NamedTuple):
    """One HTTP request. Names of headers are looked up in lower case.

    `path` is as it was sent: percent-encoded, and with the query, if there is one.
    """

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def operation_in(call: Call) -> str:
    """The operation that the JSON protocol names; empty where a call names none."""
    return call.headers.get(TARGET, "").partition(".")[2]


class Answer(NamedTuple):
    """What the machine answers: HTTP status, headers, body.

    `delay_s` are real seconds by which whoever carries the answer holds it back, and where `dropped` holds the
    connection is closed instead of answered: a fault that was asked for.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    delay_s: float = 0.0
    dropped: bool = False


def credential_of(call: Call) -> str:
    """What says for whom a call is: its Authorization header, or the same out of the query of a signed URL.

    The older signature, which only S3 has, names no Region: `AWS ACCESSKEY:signature`.
    """
    header = call.headers.get("authorization", "")
    if header.startswith("AWS "):
        return f"Credential={header[4:].partition(':')[0]}///s3/"
    if header:
        return header
    signed = dict(parse_qsl(urlsplit(call.path).query))
    if "AWSAccessKeyId" in signed:
        return f"Credential={signed['AWSAccessKeyId']}///s3/"
    return f"Credential={signed.get('X-Amz-Credential', '')}"


def scope_of(authorization: str) -> Scope:
    """The scope of a signed request: `... Credential=ACCESSKEY/date/region/service/aws4_request, ...`.

    An access key of twelve digits is the account's number; any other belongs to moto's default account.
    """
    _, _, credential = authorization.partition("Credential=")
    parts = credential.partition(",")[0].split("/")
    key = parts[0].strip()
    region = parts[2] if len(parts) > 2 and parts[2] else DEFAULT_REGION
    service = parts[3] if len(parts) > 3 else ""
    return Scope(key if len(key) == 12 and key.isdecimal() else DEFAULT_ACCOUNT, region, service)
