"""What exports, imports and bulk operations have in common: names, tokens, pages, and what a Backend keeps of them."""

import re
from binascii import Error as NotHexadecimal
from binascii import hexlify, unhexlify
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from ..blueprint import Shape
from ..errors import AwsError, invalid, unfit
from ..windows import DAY_S
from ..wire import limit_in, optional

if TYPE_CHECKING:
    from ..fleet import Fleet
    from .bulk_operation import BulkOperation
    from .export import Export
    from .imports import Import

TOKEN_S = 8 * 3600
"""A client token names its work for eight hours (API reference of each operation)."""
LISTED_S = 90 * DAY_S
"""Work is listed for 90 days (API reference of the list operations)."""
MOST_LISTED = 25
TOKEN = re.compile(r"[^$]+\Z")
SHORTEST_TOKEN = 112
TOKEN_UNIT = 16


class Known(NamedTuple):
    """Work that was asked for with a token: the digest of the request, the work's ARN, and when."""

    digest: bytes
    arn: str
    at: float


@dataclass(frozen=True)
class Transfers:
    """The work of one account in one Region by ARN; guarded by the journal's lock."""

    exports: "dict[str, Export]" = field(default_factory=dict)
    imports: "dict[str, Import]" = field(default_factory=dict)
    bulk_operations: "dict[str, BulkOperation]" = field(default_factory=dict)
    tokens: dict[tuple[str, str], Known] = field(default_factory=dict)
    names_taken: set[str] = field(default_factory=set)
    """Tables that imports are about to create and that cannot be seen yet."""

    def known(self, operation: str, body: Shape, now: float, conflict: Callable[[], AwsError]) -> str | None:
        """The ARN of the work that this token has started already; None when it starts some now.

        Raises:
            AwsError: the token came with other members before.
        """
        token = optional(body, "ClientToken", str)
        if token is None:
            return None
        if not TOKEN.match(token):
            raise _not_matching("clientToken", token, "^[^\\$]+$")
        known = self.tokens.get((operation, token))
        if known is None or now - known.at >= TOKEN_S:
            return None
        if known.digest != _digest(body):
            raise conflict()
        return known.arn

    def remember(self, operation: str, body: Shape, arn: str, now: float) -> None:
        """Let the request's token name this work from now on."""
        token = body.get("ClientToken")
        if token is not None:
            self.tokens[operation, token] = Known(_digest(body), arn, now)


def _digest(body: Shape) -> bytes:
    asked = {name: value for name, value in body.items() if name != "ClientToken"}
    return blake2b(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def new_name(fleet: "Fleet", now: float) -> str:
    """A name as DynamoDB gives its work: 14 digits of epoch milliseconds and 8 random ones."""
    return f"{int(now * 1000):014d}-{fleet.new_id()[:8]}"


def name_of(arn: str) -> str:
    """The name at the end of an ARN, which sorts by when the work began."""
    return arn.rpartition("/")[2]


class Dated(Protocol):
    """Work of any kind, as it is listed."""

    @property
    def started_at(self) -> float:
        """When it was asked for."""
        ...

    @property
    def table_arn(self) -> str:
        """The table that it is about."""
        ...


def recent(works: Mapping[str, Dated], now: float, table_arn: str | None) -> list[str]:
    """The ARNs of what is still listed, of one table or of all."""
    return [
        arn for arn, work in works.items() if now - work.started_at < LISTED_S and table_arn in {None, work.table_arn}
    ]


class Paging(NamedTuple):
    """How a list operation pages: the member that says how many, how many otherwise, how long tokens are at least."""

    size: str
    usual: int = MOST_LISTED
    shortest_token: int = 1
    order: Callable[[str], str] = str
    """What ARNs are ordered by."""


def page_of(arns: Iterable[str], body: Shape, paging: Paging) -> tuple[Sequence[str], str | None]:
    """One page of ARNs, the last in order first, and the token for the next one; None where there is no more.

    Raises:
        AwsError: the size is not between 1 and 25, or the token is none that was given.
    """
    limit = limit_in(body, paging.size, MOST_LISTED, paging.usual)
    found = sorted(arns, key=paging.order, reverse=True)
    token = optional(body, "NextToken", str)
    if token is not None:
        last = paging.order(_arn_in(token))
        found = [arn for arn in found if paging.order(arn) < last]
    page = found[:limit]
    return page, _token(page[-1], paging.shortest_token) if len(page) < len(found) else None


def _token(arn: str, shortest: int) -> str:
    """An ARN in hexadecimal digits, filled up with zeros as the models want it."""
    text = hexlify(arn.encode()).decode()
    length = max(len(text), shortest)
    return text.ljust(-(-length // TOKEN_UNIT) * TOKEN_UNIT, "0")


def _arn_in(token: str) -> str:
    try:
        arn = unhexlify(token).rstrip(b"\0").decode()
    except (NotHexadecimal, UnicodeError, ValueError):
        arn = ""
    if not arn.startswith("arn:"):
        raise invalid(f"Invalid NextToken: {token}")
    return arn


BUCKET_NAME = re.compile(r"[a-z0-9A-Z]+[.\-\w]*[a-z0-9A-Z]+\Z")
ACCOUNT = re.compile(r"[0-9]{12}\Z")


def check_location(location: Mapping[str, Any]) -> None:
    """Refuse a bucket's name or an owner that cannot be one.

    Raises:
        AwsError: it cannot.
    """
    bucket, owner = location.get("S3Bucket"), location.get("S3BucketOwner")
    if bucket is not None and not BUCKET_NAME.match(bucket):
        raise _not_matching("s3Bucket", bucket, "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$")
    if owner is not None and not ACCOUNT.match(owner):
        raise _not_matching("s3BucketOwner", owner, "[0-9]{12}")


def _not_matching(member: str, value: str, pattern: str) -> AwsError:
    return unfit(member, f"satisfy regular expression pattern: {pattern}", value)
