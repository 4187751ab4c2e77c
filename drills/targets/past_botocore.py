"""The clients of a machine within this process: what is called all the time, with nothing of botocore's before it.

In virtual pace nearly every call is on an item or reads a stream, and botocore takes twice as long for it as the
machine: it looks for an endpoint, builds a request, signs it and sends it, where there is nowhere to send it to. Guard,
call log and journal see these calls as they see all others; answers and errors are read by the same parser, and errors
raised as the client's.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import orjson
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserFactory

from ..timemachine.calls import Call
from .hooks import Hooks
from .in_process import Answering
from .operations import ITEM_OPERATIONS
from .patience import code_of
from .transient import goes_over
from .wire import Parser, WireParserFactory

Methods = Mapping[str, str]
"""Operations by the names of a client's methods."""

METHODS: Methods = {xform_name(operation): operation for operation in ITEM_OPERATIONS}
STREAM_METHODS: Methods = {
    xform_name(operation): operation for operation in ("DescribeStream", "GetRecords", "GetShardIterator")
}

NOT_OF_THE_MODEL = "ValidationException"
"""What may be a call that is not as botocore's model has it, which botocore itself says of every other client."""

ERRORS_FROM = 300
"""The HTTP status from which an answer is an error."""


class ItemsInside:
    """A client in wire form: operations on items are its own, everything else is the client's.

    Args:
        client: of the machine, in wire form, with `hooks` installed; never retries.
        hooks: the target's.
        answering: the machine.
        scope: what says for whom a call is, in place of a signature.
    """

    def __init__(self, client: Any, hooks: Hooks, answering: Answering, scope: str) -> None:
        self._client = client
        self._hooks = hooks
        self._answering = answering
        self._scope = scope
        self._parser = self._parsing(client.meta.service_model.metadata["protocol"])

    @property
    def _methods(self) -> Methods:
        return METHODS

    def _parsing(self, protocol: str) -> Parser:
        return WireParserFactory().create_parser(protocol)

    def __getattr__(self, name: str) -> Any:
        operation = self._methods.get(name)
        if operation is None:
            return getattr(self._client, name)
        method = self._method(operation)
        setattr(self, name, method)
        return method

    def _method(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        meta = self._client.meta
        model = meta.service_model.operation_model(operation)
        headers = {
            "x-amz-target": f"{meta.service_model.metadata['targetPrefix']}.{operation}",
            "content-type": "application/x-amz-json-1.0",
            "authorization": self._scope,
        }
        return partial(self._call, model, headers)

    def _call(self, model: Any, headers: Mapping[str, str], **parameters: Any) -> Mapping[str, Any]:
        context: dict[str, Any] = {"client_region": self._client.meta.region_name}
        self._hooks.ask(params=parameters, model=model, context=context)
        url = self._client.meta.endpoint_url
        call = Call("POST", "", "/", headers, orjson.dumps(parameters))
        try:
            answer = self._answering.answer(call, url)
        except Exception as error:
            self._hooks.unanswered(exception=error, context=context)
            raise
        response = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
        parsed: dict[str, Any] = self._parser.parse(response, model.output_shape)
        if answer.status < ERRORS_FROM:
            self._hooks.answered(parsed=parsed, context=context)
            return parsed
        code = parsed.get("Error", {}).get("Code")
        shape = model.service_model.shape_for_error_code(code)
        if shape is not None:  # with it come the members of an error: the item that was there, the reasons
            parsed |= self._parser.parse(response, shape)
        self._hooks.answered(parsed=parsed, context=context)
        raise self._client.exceptions.from_code(code)(parsed, model.name)


class StreamsInside(ItemsInside):
    """A client of DynamoDB Streams: what goes over is asked again through botocore, which has patience with it."""

    @property
    def _methods(self) -> Methods:
        return STREAM_METHODS

    def _parsing(self, protocol: str) -> Parser:
        parser: Parser = ResponseParserFactory().create_parser(protocol)
        return parser

    def _call(self, model: Any, headers: Mapping[str, str], **parameters: Any) -> Mapping[str, Any]:
        try:
            return super()._call(model, headers, **parameters)
        except (BotoCoreError, ClientError) as error:
            if not goes_over(error) and code_of(error) != NOT_OF_THE_MODEL:
                raise
            answer: Mapping[str, Any] = getattr(self._client, xform_name(model.name))(**parameters)
            return answer
