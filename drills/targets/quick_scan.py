"""A Scan with nothing of botocore's between but its signature and its connections, whose items are read one by one.

A page of 1 MB read at once becomes 10 MB of objects, which do not stay in a processor's cache until somebody looks at
them. Here a page is cut into the texts of its items first, and each becomes objects when its turn has come: that takes
half the time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import msgspec
import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.parsers import ResponseParserError

from ..values import Item
from .clients import DYNAMODB

HEADERS = {"X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "application/x-amz-json-1.0"}
OK = 200


class _Consumed(msgspec.Struct, rename="pascal"):
    capacity_units: float | None = None


class _Answer(msgspec.Struct, rename="pascal"):
    """What of an answer to Scan is read."""

    items: list[msgspec.Raw]
    last_evaluated_key: dict[str, dict[str, str]] | None = None
    consumed_capacity: _Consumed | None = None


_read = msgspec.json.Decoder(_Answer).decode


class WireItems(Sequence[Item]):
    """The items of a page, each made from its text when it is asked for.

    Raises:
        ResponseParserError: when an item is asked for whose text is no JSON.
    """

    def __init__(self, texts: Sequence[msgspec.Raw]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Item]:
        try:
            # mypy's memoryview is generic and takes no C extension's buffer for one.
            yield from map(orjson.loads, map(memoryview, self._texts))  # type: ignore[arg-type]
        except orjson.JSONDecodeError as error:
            raise _no_answer(error) from error

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return WireItems(self._texts[index])
        return next(iter(WireItems([self._texts[index]])))


class QuickScan:
    """Scans by a client's credentials, address and connections.

    Args:
        client: of the table's Region. What is answered by anything but a success is asked once more through it: it
            knows every error, and raises as it always does.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"
        # botocore hands neither out; a test holds that they are still there.
        self._credentials = client._request_signer._credentials  # noqa: SLF001
        self._connections = client._endpoint.http_session  # noqa: SLF001
        self._signature = SigV4Auth(self._credentials, DYNAMODB, client.meta.region_name)

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one page's request: its items (`WireItems`), where it goes on, and what it consumed.

        Raises:
            BotoCoreError, ClientError, ResponseParserError: as the client does.
        """
        if self._credentials is None:
            return self._by_client(request)
        asked = AWSRequest("POST", self._url, data=orjson.dumps(request), headers=dict(HEADERS))
        self._signature.add_auth(asked)
        answer = self._connections.send(asked.prepare())
        return _answer(answer.content) if answer.status_code == OK else self._by_client(request)

    def _by_client(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.scan(**request)
        return found


def _answer(body: bytes) -> Mapping[str, Any]:
    try:
        read = _read(body)
    except msgspec.DecodeError as error:
        raise _no_answer(error, body) from error
    consumed = read.consumed_capacity
    return {
        "Items": WireItems(read.items),
        "LastEvaluatedKey": read.last_evaluated_key,
        "ConsumedCapacity": {} if consumed is None else {"CapacityUnits": consumed.capacity_units},
    }


def _no_answer(error: Exception, body: bytes = b"") -> ResponseParserError:
    begins = f"; it begins {body[:80]!r}" if body else ""
    return ResponseParserError(f"an answer is not a page of DynamoDB's: {error}{begins}")
