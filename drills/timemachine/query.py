"""The query protocol, which STS and IAM speak: a form asks, XML answers."""

from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from .calls import Answer, Call
from .errors import AwsError

XML = {"Content-Type": "text/xml"}


def form_in(call: Call) -> dict[str, str]:
    """The members of a call, the operation's name, `Action`, among them; of a GET they are in its path."""
    text = call.body.decode(errors="replace") or urlsplit(call.path).query
    return dict(parse_qsl(text, keep_blank_values=True))


def action_in(call: Call) -> str:
    """The operation that a call names; empty where it names none."""
    return form_in(call).get("Action", "")


def answered(namespace: str, action: str, result: str) -> Answer:
    """An answer, whose result is XML already."""
    body = f'<{action}Response xmlns="{namespace}"><{action}Result>{result}</{action}Result></{action}Response>'
    return Answer(200, dict(XML), body.encode())


def refused(namespace: str, error: AwsError) -> Answer:
    """A refusal."""
    body = (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{escape(error.name)}</Code>'
        f"<Message>{escape(error.message)}</Message></Error></ErrorResponse>"
    )
    return Answer(error.status, dict(XML), body.encode())
