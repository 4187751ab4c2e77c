"""Items as the wire has them: what lets a client answer and take DynamoDB's typed JSON untouched.

botocore walks the shape of every attribute of every item and turns base64 text into bytes. Here the answers of item
operations are read by orjson and left alone; errors and the control plane's answers are botocore's as ever.
On the way out it is binary values only that differ: base64 text becomes the bytes that botocore wants.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from botocore.model import Shape
from botocore.parsers import ResponseParserError, ResponseParserFactory

from .operations import ITEM_OPERATIONS

ITEM_OUTPUTS = frozenset(f"{operation}Output" for operation in ITEM_OPERATIONS)
"""The names of the shapes, in botocore's model, of what item operations answer."""


class Parser(Protocol):
    """What botocore asks of a response parser."""

    def parse(self, response: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        """Turn a response (body, headers, status_code) into what the caller gets."""
        ...


class WireParser:
    """Reads what item operations answered with orjson, and hands everything else to botocore's own parser."""

    def __init__(self, stock: Parser) -> None:
        self._stock = stock

    def parse(self, response: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        """The answer with its `ResponseMetadata`.

        Raises:
            ResponseParserError: a success whose body is not a JSON object.
        """
        # An operation without an answer has no shape, whatever the stubs say; none of those is on items.
        if getattr(shape, "name", "") not in ITEM_OUTPUTS or response["status_code"] >= 300:
            return self._stock.parse(response, shape)
        headers = {name.lower(): value for name, value in response["headers"].items()}
        answer = object_in(response["body"])
        answer["ResponseMetadata"] = {
            "RequestId": headers.get("x-amzn-requestid", ""),
            "HTTPStatusCode": response["status_code"],
            "HTTPHeaders": headers,
        }
        return answer


class WireParserFactory:
    """The session component by which a client comes by its parsers; makes each once, not once per response."""

    def __init__(self) -> None:
        self._stock = ResponseParserFactory()
        self._parsers: dict[str, WireParser] = {}

    def set_parser_defaults(self, **defaults: Any) -> None:
        """Pass on what a session sets for all parsers."""
        self._stock.set_parser_defaults(**defaults)
        self._parsers.clear()

    def create_parser(self, protocol_name: str) -> WireParser:
        """The parser for a protocol."""
        parser = self._parsers.get(protocol_name)
        if parser is None:
            parser = self._parsers[protocol_name] = WireParser(self._stock.create_parser(protocol_name))
        return parser


def to_request(value: Any) -> Any:
    """A part of a request with base64 text as bytes, wherever a typed value is binary: the very same part if none is.

    A typed value is an object with the one name `B` and a text, or `BS` and a list of texts; no other part of an item
    operation's request looks like that. Bytes are left as they are.

    Raises:
        ValueError: a binary value is not base64.
    """
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, inner),) = value.items()
            if name == "S":
                return value
            if name == "B" and isinstance(inner, str):
                return {"B": b64decode(inner, validate=True)}
            if name == "BS" and isinstance(inner, list) and all(isinstance(member, str) for member in inner):
                return {"BS": [b64decode(member, validate=True) for member in inner]}
        changed = {name: made for name, inner in value.items() if (made := to_request(inner)) is not inner}
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        made = [to_request(member) for member in value]
        return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
    return value


def object_in(body: bytes) -> dict[str, Any]:
    """What an answer says.

    Raises:
        ResponseParserError: it is no JSON object.
    """
    try:
        answer = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise ResponseParserError(f"an answer is not JSON: {error}; it begins {body[:80]!r}") from error
    if not isinstance(answer, dict):
        raise ResponseParserError(f"an answer is not a JSON object; it begins {body[:80]!r}")
    return answer
