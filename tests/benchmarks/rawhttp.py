"""Requests to a DynamoDB as finished bytes, and a client that sends them, reads the answers and parses nothing.

So that a benchmark compares servers: botocore needs longer to make a request and to parse an answer than either server
needs for a small one.
"""

import multiprocessing
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import orjson

HOST = "127.0.0.1"
SIGNED = "AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=h, Signature=s"
LONGEST_S = 120


def prepared(operation: str, **members: Any) -> bytes:
    """One request, whole."""
    body = orjson.dumps(members)
    head = (
        f"POST / HTTP/1.1\r\nHost: {HOST}\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\nAuthorization: {SIGNED}\r\n"
        f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def posted(path: str, **members: Any) -> bytes:
    """A request to the control API, whole."""
    body = orjson.dumps(members)
    return f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class RawClient:
    """One connection, kept where the server keeps it and made anew where it does not.

    Args:
        port: of the server on this machine.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> bytes:
        """The body of the answer to one request.

        Raises:
            RuntimeError: it is no success; with the answer.
        """
        connection = self._socket or socket.create_connection((HOST, self._port), timeout=LONGEST_S)
        self._socket = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        head, body = _head(connection)
        length = int(head[b"content-length"])
        pieces = [body]
        missing = length - len(body)
        while missing > 0:
            pieces.append(connection.recv(min(missing, 1 << 20)))
            if not pieces[-1]:
                raise RuntimeError("the server closed the connection within an answer")
            missing -= len(pieces[-1])
        if head.get(b"connection", b"").lower() == b"close" or head[b""].startswith(b"HTTP/1.0"):
            self.close()
        answer = b"".join(pieces)
        if b" 200 " not in head[b""]:
            raise RuntimeError(f"{head[b'']!r}: {answer[:500]!r}")
        return answer

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _head(connection: socket.socket) -> tuple[dict[bytes, bytes], bytes]:
    """The headers of an answer (the status line under the empty name), and what of the body came with them."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(1 << 16)
        if not more:
            raise RuntimeError("the server closed the connection without an answer")
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return {b"": status, **{name.lower(): value.strip() for name, _, value in pairs}}, body


class Rate(NamedTuple):
    """What several clients reached together."""

    per_s: float
    p99_ms: float
    longest_ms: float


def together(port: int, requests: Callable[[int], Sequence[bytes]], clients: int) -> Rate:
    """Let client processes send their requests, all at once, each on its own connection.

    Args:
        port: of the server.
        requests: the requests of the n-th client; a function of a module, since it is called in the client's process.
        clients: how many.
    """
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        start = manager.Barrier(clients)
        with ProcessPoolExecutor(clients, mp_context=context) as pool:
            done = [pool.submit(_one_client, port, requests, number, start) for number in range(clients)]
            results = [each.result() for each in done]
    began, ended = min(first for first, _, _ in results), max(last for _, last, _ in results)
    latencies = sorted(latency for _, _, each in results for latency in each)
    return Rate(len(latencies) / (ended - began), latencies[int(len(latencies) * 0.99)] * 1000, latencies[-1] * 1000)


def _one_client(
    port: int, requests: Callable[[int], Sequence[bytes]], number: int, start: Any
) -> tuple[float, float, list[float]]:
    mine = requests(number)
    client = RawClient(port)
    latencies = []
    start.wait()
    began = last = time.monotonic()
    for request in mine:
        client.ask(request)
        now = time.monotonic()
        latencies.append(now - last)
        last = now
    client.close()
    return began, last, latencies
