"""botocore's requests, answered by a time machine within this process: no port, no socket, no thread."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from ..timemachine.calls import Answer, Call

if TYPE_CHECKING:
    from ..timemachine.machine import TimeMachine

READ_TIMEOUT_S = 60.0
"""So long botocore waits for an answer unless it is told otherwise."""


class Answering:
    """What answers a client's prepared requests; register it for the event `before-send`.

    An answer that a fault holds back is not waited for: target time moves on instead, and where the client would not
    have waited so long it gets the timeout at once. A connection that a fault drops is botocore's own error, which it
    retries as it would any.
    """

    def __init__(self, machine: "TimeMachine", read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._machine = machine
        self._read_timeout_s = read_timeout_s

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """The answer to a request as botocore prepared it."""
        return response_of(request, self.answer(call_of(request), request.url))

    def answer(self, call: Call, url: str) -> Answer:
        """The answer to a call.

        Raises:
            ReadTimeoutError, ConnectionClosedError: a fault holds it back for too long, or drops it; they name the URL.
        """
        machine = self._machine
        answered = machine.respond(call)
        if answered.delay_s:
            machine.clock.set_forward(machine.clock.now() + min(answered.delay_s, self._read_timeout_s))
        if answered.delay_s > self._read_timeout_s:
            raise ReadTimeoutError(endpoint_url=url)
        if answered.dropped:
            raise ConnectionClosedError(endpoint_url=url)
        return answered


def call_of(request: AWSPreparedRequest) -> Call:
    """A prepared request as the machine has it; its path stays percent-encoded."""
    url = urlsplit(request.url)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Call(request.method, url.netloc, path, Headers(request.headers), _bytes(request.body))


def response_of(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """An answer as botocore has it."""
    headers: Any = answer.headers  # botocore copies any mapping, whatever its stubs ask for
    return AWSResponse(request.url, answer.status, headers, Body(answer.body))


class Headers(Mapping[str, str]):
    """A prepared request's headers as text, found by their names in any case; nothing is copied."""

    def __init__(self, headers: Any) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        value = self._headers[name]
        return value.decode() if isinstance(value, bytes) else str(value)

    def __iter__(self) -> Iterator[str]:
        return (name.lower() for name in self._headers)

    def __len__(self) -> int:
        return len(self._headers)


class Body(BytesIO):
    """An answer's body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it in one piece."""
        yield self.read()


def _bytes(body: Any) -> bytes:
    """A request's body, which botocore has as text, bytes or a file."""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body or b"")
