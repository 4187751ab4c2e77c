"""Where boto3 clients are made: the only place.

A target has two. The *data* client makes one attempt per call, since a retried conditional write can be refused
because its first attempt landed, and its writer would be told "failed" about a write that happened; it answers
items in wire form. The *control* client retries what was throttled or got lost.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader, create_loader
from botocore.model import OperationModel

from ..errors import RefusedError, UsageError
from ..target import Connection
from .guard import Guard, ReadOnlyGuard
from .hooks import Hooks
from .in_process import Answering
from .inventory import Inventory
from .past_botocore import ItemsInside, StreamsInside
from .wire import WireParserFactory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DYNAMODB = "dynamodb"
STREAMS = "dynamodbstreams"
HOOKED_AS = {"dynamodbstreams": "dynamodb-streams", "application-autoscaling": "application-auto-scaling"}
"""What botocore calls a service in its events, where that is not its name."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CONNECT_S, DATA_READ_S, CONTROL_READ_S, GREETING_READ_S = 2.0, 10.0, 30.0, 3.0
CONNECTIONS = 64
CONTROL_ATTEMPTS = 4

NOT_FROM_ENVIRONMENT: Mapping[str, Any] = {
    "use_fips_endpoint": False,
    "use_dualstack_endpoint": False,
    "account_id_endpoint_mode": "disabled",
}
"""Settings of a client for a place that is not AWS: an environment made for AWS may say otherwise."""


@dataclass(frozen=True)
class Place:
    """Where a client's calls go, and as whom.

    `endpoint_url` None is AWS itself, where credentials and configuration are the user's, found as boto3 finds
    them. Elsewhere no file and no profile is looked at, and where the environment holds no keys invented ones are
    used; but with `as_user` the credentials are the user's there, too. `answering` keeps all calls in this process.
    """

    endpoint_url: str | None
    region: str
    answering: Callable[..., AWSResponse] | None = None
    as_user: bool = False

    @property
    def in_account(self) -> bool:
        """Whether calls go to an account of the user's: on AWS, or on what stands in for it."""
        return self.endpoint_url is None or self.as_user


class Keys(NamedTuple):
    """Credentials as boto3 takes them; None lets it look for some itself."""

    access: str | None
    secret: str | None
    token: str | None


INVENTED = Keys("dynadrill", "dynadrill", None)

UNSIGNED_INSIDE = frozenset({DYNAMODB, "dynamodbstreams"})
"""The services whose calls within this process say for whom they are without a signature: it costs a fifth of them."""


def data_client(place: Place, hooks: Hooks) -> "DynamoDBClient":
    """A client for items, with the hooks installed."""
    client: Any = _client(place, hooks, Config(**_data_settings()), wire=True)
    if isinstance(place.answering, Answering):
        client = ItemsInside(client, hooks, place.answering, _scope(place))
    found: DynamoDBClient = client
    return found


def control_client(place: Place, hooks: Hooks, service: str = DYNAMODB) -> Any:
    """A client for the control plane of DynamoDB, or of a service beside it, with the hooks installed."""
    client = _client(place, hooks, Config(**_control_settings()), wire=False, service=service)
    if service == STREAMS and isinstance(place.answering, Answering):
        return StreamsInside(client, hooks, place.answering, _scope(place))
    return client


def client_for_greeting(place: Place, hooks: Hooks, service: str = DYNAMODB) -> Any:
    """A client to find out with, within a few seconds, whether anybody is there, and what they can do."""
    settings = Config(**{**_data_settings(), "read_timeout": GREETING_READ_S})
    return _client(place, hooks, settings, wire=False, service=service)


def client_for_load(connection: Connection, region: str | None = None) -> "DynamoDBClient":
    """A load process's data client: it may change items of the run's own tables, known by their prefix, and no more.

    Args:
        connection: to the target.
        region: another than the connection's own.
    """
    place = Place(connection.endpoint_url, region or connection.region, as_user=connection.as_user)
    guard = Guard(Inventory(connection.table_prefix), creates=False)
    return data_client(place, Hooks(guard, None))


def client_for_reading(place: Place, connections: int) -> "DynamoDBClient":
    """A client that can only read, never retries by itself, answers items in wire form, and talks to many at once."""
    settings = {**_data_settings(), "read_timeout": CONTROL_READ_S, "max_pool_connections": connections}
    client: DynamoDBClient = _client(place, Hooks(ReadOnlyGuard(), None), Config(**settings), wire=True)
    return client


def client_for_buckets(place: Place) -> Any:
    """A client of S3 that only reads: any other call is refused before it is sent. Retries as the control client does.

    Raises:
        UsageError: none can be made for this place.
    """
    session = _session(place)
    session.get_component("event_emitter").register("before-parameter-build.s3", _only_reads)
    s3: Any = {"addressing_style": "auto" if place.endpoint_url is None else "path"}
    config = Config(**_control_settings(), s3=s3)
    return _boto3_client(boto3.Session(botocore_session=session), place, "s3", config)


def endpoint_of(place: Place, service: str, *, ignore_configured: bool = False) -> str:
    """The address to which a client of a place sends its calls, as botocore finds it.

    Args:
        place: as for any client.
        service: boto3's name of it.
        ignore_configured: as if neither environment nor profile named an address.

    Raises:
        UsageError: none can be made for this place.
    """
    settings: dict[str, Any] = {"ignore_configured_endpoint_urls": True} if ignore_configured else {}
    client = _boto3_client(boto3.Session(botocore_session=_session(place)), place, service, Config(**settings))
    url: str = client.meta.endpoint_url
    client.close()
    return url


def client_for_streams(place: Place) -> Any:
    """A client of DynamoDB Streams that only reads; retries as the control client does.

    Raises:
        UsageError: none can be made for this place.
    """
    session = _session(place)
    session.get_component("event_emitter").register(f"before-parameter-build.{HOOKED_AS[STREAMS]}", _only_reads)
    return _boto3_client(boto3.Session(botocore_session=session), place, STREAMS, Config(**_control_settings()))


def is_loopback(url: str) -> bool:
    """Whether an endpoint is on this machine, by its name."""
    return (urlsplit(url).hostname or "") in LOOPBACK


def _control_settings() -> dict[str, Any]:
    return {
        "retries": {"total_max_attempts": CONTROL_ATTEMPTS, "mode": "standard"},
        "connect_timeout": CONNECT_S,
        "read_timeout": CONTROL_READ_S,
    }


def _data_settings() -> dict[str, Any]:
    return {
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "connect_timeout": CONNECT_S,
        "read_timeout": DATA_READ_S,
        "max_pool_connections": CONNECTIONS,
        # The largest single cost of a write in a client; the server checks what it is sent anyway.
        "parameter_validation": False,
    }


def _client(place: Place, hooks: Hooks, config: Config, *, wire: bool, service: str = DYNAMODB) -> Any:
    if wire not in hooks.sessions:  # one for all clients of a target, since each costs 25 ms
        session = _session(place)
        if wire:
            session.register_component("response_parser_factory", WireParserFactory())
        hooks.sessions[wire] = boto3.Session(botocore_session=session)
    hooks.install(hooks.sessions[wire].events, HOOKED_AS.get(service, service))
    return _boto3_client(hooks.sessions[wire], place, service, config)


def _boto3_client(made: Any, place: Place, service: str, config: Config) -> Any:
    keys = _keys(place)
    try:
        client = made.client(
            service,
            region_name=place.region,
            endpoint_url=place.endpoint_url,
            config=config.merge(_config_for(place, service)),
            aws_access_key_id=keys.access,
            aws_secret_access_key=keys.secret,
            aws_session_token=keys.token,
        )
    except (BotoCoreError, ValueError) as error:
        raise UsageError(
            f"no client can be made for {place.endpoint_url or 'AWS'} in {place.region!r}: {error}",
            "See the environment's AWS_ variables, and for AWS its configuration files.",
        ) from error
    if place.answering is not None:
        _keep_inside(client, place.answering, _scope(place) if service in UNSIGNED_INSIDE else None)
    return client


def _only_reads(model: OperationModel, **_: Any) -> None:
    if not model.name.startswith(("Get", "Head", "List", "Describe")):
        raise RefusedError(
            f"{model.name} was not sent: this client only reads", "Nothing that it looks at is ever changed."
        )


def _session(place: Place) -> botocore.session.Session:
    session = botocore.session.Session()
    if place.endpoint_url is not None and not place.as_user:
        return away_from_files(session)
    session.register_component("data_loader", _loader())
    return session


def away_from_files(session: botocore.session.Session) -> botocore.session.Session:
    """The session, which from now on reads no profile and no file of the user's; call before it is used."""
    nowhere = (None, None, os.devnull, None)
    variables = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    session.session_var_map.update(variables)
    session.register_component("data_loader", _loader())
    return session


@cache
def _loader() -> Loader:
    """The service models of botocore, read from disk once per process: 0.1 s for each client otherwise."""
    return create_loader()


def _config_for(place: Place, service: str) -> Config:
    """What must not come from the environment where the place is not AWS: FIPS names, proxies, account endpoints."""
    if place.endpoint_url is None:
        return Config()
    settings: dict[str, Any] = {**NOT_FROM_ENVIRONMENT, "s3": {"addressing_style": "path"}}
    if place.answering is not None or is_loopback(place.endpoint_url):
        settings["proxies"] = {}
    if place.answering is not None:
        # botocore puts its own name together twice for each request, which costs a tenth of a small write.
        settings["user_agent"] = "dynadrill"
        if service in UNSIGNED_INSIDE:
            settings["signature_version"] = UNSIGNED
    return Config(**settings)


def _keys(place: Place) -> Keys:
    if place.endpoint_url is None or place.as_user:
        return Keys(None, None, None)
    if place.answering is not None:
        return INVENTED
    access, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access and secret:
        return Keys(access, secret, os.environ.get("AWS_SESSION_TOKEN"))
    return INVENTED


def _scope(place: Place) -> str:
    """What of a signature the machine reads: whose tables in which Region a call is about."""
    return f"AWS4-HMAC-SHA256 Credential={INVENTED.access}/-/{place.region}/{DYNAMODB}/aws4_request"


def _keep_inside(client: Any, answering: Callable[..., AWSResponse], scope: str | None) -> None:
    """Answer the client's calls in this process; `scope` is put where a signature would be, in calls without one."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        if scope is not None:
            request.headers["Authorization"] = scope
        return answering(request)

    client.meta.events.register("before-send", answer)
