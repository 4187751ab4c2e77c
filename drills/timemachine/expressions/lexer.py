"""Expressions as tokens."""

import re
from functools import cache
from typing import Final, NamedTuple

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from ..errors import AwsError, invalid

LONGEST: Final = 4096
"""Bytes of an expression (Developer Guide, "Quotas": expression parameters)."""
TOKEN = re.compile(
    r"\s*(?:(?P<name>#[A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*)|(?P<value>:[A-Za-z0-9_]+)|(?P<place>[0-9]+)"
    r"|(?P<symbol><>|<=|>=|[=<>()\[\],.+-])|(?P<other>\S))"
)


class Token(NamedTuple):
    """A piece of an expression: `name`, `value`, `place` (digits), `symbol`, `other` or `end`, and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """As a keyword or symbol: AND, SET, `<=`; keywords may be written in any case."""
        return self.text if self.kind == "symbol" else self.text.upper()


def tokens_of(text: str, member: str) -> list[Token]:
    """The tokens of an expression, with one that says it is over.

    Args:
        text: the expression.
        member: the request's member that holds it, for refusals.

    Raises:
        AwsError: it is empty or too long.
    """
    if not text:
        raise malformed(member, "The expression can not be empty;")
    size = len(text.encode())
    if size > LONGEST:
        raise malformed(member, f"Expression size has exceeded the maximum allowed size; expression size: {size}")
    tokens = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        tokens.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
    return [*tokens, Token("end", "<EOF>", len(text), len(text))]


def malformed(member: str, message: str) -> AwsError:
    """An expression is not one."""
    return invalid(f"Invalid {member}: {message}")


@cache
def reserved_words() -> frozenset[str]:
    """The words that cannot be attribute names in expressions, in capitals (Developer Guide, "Reserved words")."""
    return frozenset(ReservedKeywords.get_reserved_keywords())
