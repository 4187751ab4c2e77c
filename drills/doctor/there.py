"""What is looked at in an account, or at an endpoint: who is asking, clocks, Regions, quotas, tables."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from ..auditing.facts import RecoveryWindow
from ..auditing.reading_table import recovery_of
from ..auditing.seeing import Clients, said_by
from ..paging import pages
from ..quantities import format_duration
from ..scan import ANSWERED_WRONG
from ..server_time import server_time
from .line import Line, ill, noted, unknown, well

MOST_OFF_S = 5.0
"""The header tells whole seconds; AWS refuses a request whose clock is off by five minutes."""
MOST_TABLES = 2500
"""Tables of an account in a Region unless it asked for more (Developer Guide, "Quotas in Amazon DynamoDB")."""
MOST_RESTORES = 50
"""Restores of an account at once (API Reference, RestoreTableToPointInTime)."""
TABLES_QUOTA = ("dynamodb", "L-F98FE922")
"""How Service Quotas calls the first."""
NEARLY = 0.8
MOST_DESCRIBED = 200
"""So many tables are described to count restores, and no more: each is a call."""
WRONG_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
SIGN_IN = "Sign in again, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its like."


class Where(NamedTuple):
    """What is looked at: by which clients, in which Regions (the first is home), and whether it is AWS itself."""

    clients: Clients
    regions: Sequence[str]
    is_aws: bool


def look_there(where: Where, tables: Sequence[str], now_at: float) -> Iterator[Line]:
    """The lines about an account or an endpoint.

    Args:
        where: what is looked at.
        tables: whose protection is told.
        now_at: the wall clock.
    """
    home = where.regions[0]
    yield _credentials(where.clients("sts", home))
    for region in where.regions:
        answer = _ask(where.clients("dynamodb", region))
        yield _region(region, answer)
        if region == home and isinstance(answer, dict):
            yield _clock(answer, now_at, is_aws=where.is_aws)
    yield from _quotas(where, home)
    for table in tables:
        for region in (home, *_replicas(where.clients("dynamodb", home), table)):
            yield _table(where.clients("dynamodb", region), table, region)


def _credentials(sts: Any) -> Line:
    """Whose they are is not told."""
    try:
        sts.get_caller_identity()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in WRONG_CREDENTIALS:
            return ill("credentials", said_by(error), SIGN_IN)
        return unknown("credentials", said_by(error))
    except ANSWERED_WRONG as error:
        if "Credential" in type(error).__name__ or "Token" in type(error).__name__:
            return ill("credentials", f"none that can be used ({type(error).__name__})", SIGN_IN)
        return unknown("credentials", said_by(error))
    return well("credentials", "accepted")


def _ask(dynamodb: Any) -> dict[str, Any] | Exception:
    try:
        answer: dict[str, Any] = dynamodb.list_tables(Limit=1)
    except ANSWERED_WRONG as error:
        return error
    return answer


def _region(region: str, answer: dict[str, Any] | Exception) -> Line:
    name = f"Region {region}"
    if isinstance(answer, dict):
        return well(name, "DynamoDB answers")
    if isinstance(answer, ClientError):
        return ill(name, said_by(answer), _refused(answer.response.get("Error", {}).get("Code", "")))
    return ill(name, f"it cannot be reached: {said_by(answer)}", "See the Region's name, the network and the endpoint.")


def _refused(code: str) -> str:
    """What to do where DynamoDB refuses to list tables."""
    if code in WRONG_CREDENTIALS:
        return f"{SIGN_IN} A Region that has to be opted into refuses credentials until then."
    return "Allow dynamodb:ListTables there." if "Denied" in code else "Ask again; the answer says what is wrong."


def _clock(answer: dict[str, Any], now_at: float, *, is_aws: bool) -> Line:
    there_at = server_time(answer)
    if there_at is None:
        return unknown("clock", "the answer has no Date header, so the offset is not known")
    offset_s = now_at - there_at
    if abs(offset_s) <= MOST_OFF_S:
        return well("clock", f"within {MOST_OFF_S:.0f} s of the server's")
    off = f"{format_duration(abs(offset_s))} {'ahead of' if offset_s > 0 else 'behind'} the server's"
    if not is_aws:
        return noted("clock", f"{off}: an emulator's time is its own")
    return ill("clock", off, "Set this machine's clock (chrony, ntpd): bounds would be off, and AWS refuses 5 minutes.")


def _quotas(where: Where, region: str) -> Iterator[Line]:
    dynamodb = where.clients("dynamodb", region)
    try:
        names = pages(dynamodb, "list_tables", "TableNames")
    except ANSWERED_WRONG as error:
        yield unknown("quota of tables", said_by(error))
        yield unknown("restores at once", said_by(error))
        return
    most, told = _most_tables(where.clients("service-quotas", region))
    yield _used("quota of tables", len(names), most, f"tables in {region}{told}", "Ask for more in Service Quotas.")
    yield _restores(dynamodb, names)


def _most_tables(quotas: Any) -> tuple[int, str]:
    service, code = TABLES_QUOTA
    try:
        return int(quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]), ""
    except ANSWERED_WRONG:
        return MOST_TABLES, " (the default: the account's own quota was not told)"


def _used(name: str, used: int, most: int, what: str, fix: str) -> Line:
    said = f"{used:,} of {most:,} {what}"
    return well(name, said) if used < NEARLY * most else ill(name, said, fix)


def _restores(dynamodb: Any, names: Sequence[str]) -> Line:
    if len(names) > MOST_DESCRIBED:
        return unknown("restores at once", f"not counted: there are {len(names):,} tables, and each would be a call")
    try:
        described = [dynamodb.describe_table(TableName=name)["Table"] for name in names]
    except ANSWERED_WRONG as error:
        return unknown("restores at once", said_by(error))
    under_way = sum(bool(each.get("RestoreSummary", {}).get("RestoreInProgress")) for each in described)
    return _used("restores at once", under_way, MOST_RESTORES, "under way", "Wait until some have ended.")


def _replicas(dynamodb: Any, table: str) -> list[str]:
    """The Regions of a table's replicas, each of which has a window of its own; none where nobody may say."""
    try:
        described = dynamodb.describe_table(TableName=table)["Table"]
    except ANSWERED_WRONG:
        return []
    return sorted(replica["RegionName"] for replica in described.get("Replicas") or ())


def _table(dynamodb: Any, table: str, region: str) -> Line:
    name = f"{table} in {region}"
    try:
        window = recovery_of(dynamodb, table)
    except ANSWERED_WRONG as error:
        said = said_by(error)
        if "NotFound" in said:
            return ill(name, "there is no such table", "See its name and --region.")
        return unknown(name, said, "Allow dynamodb:DescribeContinuousBackups.")
    if window.on:
        return well(name, _window(window))
    fix = (
        f"aws dynamodb update-continuous-backups --table-name {table} --region {region}"
        " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
    )
    return ill(name, "point-in-time recovery is off", fix)


def _window(window: RecoveryWindow) -> str:
    on = f"point-in-time recovery is on, for {window.period_days} days"
    if window.earliest_at is None or window.latest_at is None:
        return f"{on}; its window was not told"
    return f"{on}; its window is {format_duration(window.latest_at - window.earliest_at)} long"
