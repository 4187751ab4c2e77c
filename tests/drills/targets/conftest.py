"""What the targets' tests share: a plain moto server, and clients that are answered within the test."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from dynadrill.drills.targets.access import Access
from dynadrill.drills.targets.addresses import address_of
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.targets.endpoint import EndpointTarget, place_from_environment
from moto.server import ThreadedMotoServer

RUN = "r1"
PREFIX = "dynadrill-r1-"


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The address of a plain moto server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def open_endpoint(url: str, folder: Path, run: str = RUN) -> EndpointTarget:
    """The target at an address."""
    return EndpointTarget(place_from_environment(address_of(url)), url, run_id=run, folder=folder)


class Body(BytesIO):
    """A body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        """All of it."""
        yield self.read()


class Answers:
    """Answers every request within the test, and keeps what was sent.

    `says` is asked with the operation and its parameters, and answers a status and a body.
    """

    def __init__(self, says: Callable[[str, Any], tuple[int, bytes]] = lambda operation, sent: (200, b"{}")) -> None:
        self.says = says
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, request: AWSPreparedRequest) -> AWSResponse:
        """Be a `clients.Answering`."""
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
        sent = orjson.loads(request.body)
        self.sent.append((operation, sent))
        status, body = self.says(operation, sent)
        return AWSResponse(request.url, status, {"x-amzn-RequestId": "R"}, Body(body))

    def access(self, folder: Path, **options: Any) -> Access:
        """A run's access whose calls come here."""
        place = Place("http://nowhere.invalid", "us-east-1", self)
        return Access(place, RUN, folder, VirtualClock(1000.0, lambda *_: None), **options)


@pytest.fixture
def answers() -> Answers:
    """Answers that are empty until a test says otherwise."""
    return Answers()


def error(code: str, status: int = 400, message: str = "said the test") -> tuple[int, bytes]:
    """An answer that is an error of DynamoDB's."""
    return status, orjson.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})
