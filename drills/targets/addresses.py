"""Where a target's calls go: the address that was typed, or that boto3 is configured with."""

from urllib.parse import urlsplit

from ..errors import UnverifiableError, UsageError
from ..timemachine.clock_kind import ClockKind
from .clients import DYNAMODB, Place, endpoint_of
from .controls import over_http
from .served import Machine

OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")
"""How the names of AWS's own hosts end (botocore, endpoints.json: the DNS suffixes of its partitions)."""

GREETED_WITHIN_S = 3.0
EXPECTED = "Write it as http://127.0.0.1:8000: a host, a port, and no path."


def address_of(url: str) -> str:
    """An endpoint's address, without a trailing slash.

    Raises:
        UsageError: it is none; or it is AWS's own, which is not to be reached by chance.
    """
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise UsageError(f"the target {url!r} is not an address: {error}", EXPECTED) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"the target {url!r} is not the address of an endpoint", EXPECTED)
    if parts.username is not None:
        raise UsageError("the target's address holds credentials", "Set AWS_ACCESS_KEY_ID and its like instead.")
    if is_of_aws(url):
        raise UsageError(f"the target {url} is Amazon's own", "Write aws:REGION, which asks whether it may.")
    return url.rstrip("/")


def is_of_aws(url: str) -> bool:
    """Whether an address is one of AWS's hosts, by its name."""
    return (urlsplit(url).hostname or "").endswith(OF_AWS)


def configured_address(region: str) -> str | None:
    """Where boto3's configuration sends DynamoDB's calls in place of AWS; None where it is AWS.

    AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL and a profile's `endpoint_url` say so (AWS SDKs and Tools Reference
    Guide, "Service-specific endpoints"); boto3 itself is asked, so that it cannot be understood otherwise here.

    Raises:
        UsageError: no client can be made.
    """
    url = endpoint_of(Place(None, region), DYNAMODB)
    if is_of_aws(url) or url == endpoint_of(Place(None, region), DYNAMODB, ignore_configured=True):
        return None
    return url.rstrip("/")


def time_machine_at(address: str) -> Machine | None:
    """The time machine at an address; None where something else answers, or nothing."""
    if urlsplit(address).scheme != "http":
        return None
    try:
        kind = ClockKind(over_http(address, GREETED_WITHIN_S).clock_kind())
    except (UnverifiableError, UsageError, KeyError, ValueError):
        return None
    return Machine(over_http(address), kind)
