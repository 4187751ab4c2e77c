"""A call as moto reads requests, and what moto answers as an answer of ours."""

from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from moto.core.exceptions import ServiceException
from moto.core.request import Request
from werkzeug.exceptions import HTTPException

from ..calls import Answer, Call
from ..errors import AwsError
from .addresses import with_bucket_in_path

WRITTEN_BY_OTHERS = frozenset({"content-length", "date", "status", "server", "connection"})
"""Headers of moto's that whoever carries the answer writes, or that no client reads."""


class Responder(Protocol):
    """One of moto's response classes, on the backends of a machine."""

    def answer(self, request: Request) -> Any:
        """Status, headers and body."""
        ...


def request_of(call: Call) -> Request:
    """The request that moto reads."""
    in_path = with_bucket_in_path(call)
    return Request.from_primitives(call.method, f"http://{in_path.host}{in_path.path}", in_path.headers, call.body)


def answered(responder: Responder, call: Call) -> Answer:
    """What moto answers.

    Raises:
        AwsError: moto refuses the call, does not have the operation, or stumbles over what was sent.
    """
    try:
        return _answer_of(call, responder.answer(request_of(call)))
    except ServiceException as error:
        raise AwsError(error.code, error.message) from None
    except HTTPException as error:
        raise AwsError(error.name.replace(" ", ""), error.description or "", status=error.code or 400) from None
    except NotImplementedError as error:
        raise AwsError("NotImplemented", f"the dynadrill time machine does not have this: {error}") from None
    except ExpatError as error:
        raise AwsError("MalformedXML", f"the body is not XML: {error}") from None
    except Exception as error:
        text = f"the request cannot be understood: {type(error).__name__}: {error}"
        raise AwsError("InvalidRequest", text) from error


def _answer_of(call: Call, given: Any) -> Answer:
    """What HEAD asks about has its length in a header only."""
    status, headers, body = given
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    kept = {
        name: str(value)
        for name, value in headers.items()
        if name.lower() not in WRITTEN_BY_OTHERS or (call.method == "HEAD" and name.lower() == "content-length")
    }
    return Answer(int(status), kept, b"" if call.method == "HEAD" else content)
