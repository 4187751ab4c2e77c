"""PartiQL statements as tokens, and the values that are written in them."""

import re
from typing import Final, NamedTuple

from ..attributes import Typed, checked
from ..errors import AwsError, invalid

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>\"(?:[^\"]|\"\")*\")|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<symbol><<|>>|<>|<=|>=|!=|[=<>()\[\]{},.+*?:;-])|(?P<other>\S))"
)
DEEPEST: Final = 100
"""So deep may values and conditions be nested; ours."""
CONSTANTS: Final = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True}}


class Word(NamedTuple):
    """A token: `text`, `name` (in double quotes), `number`, `word`, `symbol`, `other` or `end`, and what it says."""

    kind: str
    text: str

    @property
    def key(self) -> str:
        """As a keyword or symbol."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "symbol" else ""


class Words:
    """A statement from left to right.

    Args:
        statement: its text.
        parameters: the values of its question marks, in order.
    """

    def __init__(self, statement: str, parameters: list[Typed]) -> None:
        self._words = [_word(match) for match in TOKEN.finditer(statement)] + [Word("end", "")]
        self._parameters = iter(parameters)
        self._at = 0
        self._depth = 0

    @property
    def word(self) -> Word:
        """The next token."""
        return self._words[self._at]

    @property
    def following(self) -> Word:
        """The one behind it."""
        return self._words[min(self._at + 1, len(self._words) - 1)]

    def take(self) -> Word:
        """The next token, which is then behind us."""
        word = self.word
        self._at += 1
        return word

    def takes(self, *keys: str) -> bool:
        """Whether the next tokens are these keywords or symbols, which are then behind us."""
        found = [word.key for word in self._words[self._at : self._at + len(keys)]]
        if found != list(keys):
            return False
        self._at += len(keys)
        return True

    def expect(self, *keys: str) -> None:
        """Pass keywords or symbols.

        Raises:
            AwsError: something else stands there.
        """
        if not self.takes(*keys):
            raise self.unexpected()

    def finish(self) -> None:
        """Refuse what is left over, in the statement and of the parameters."""
        self.takes(";")
        if self.word.kind != "end":
            raise self.unexpected()
        if next(self._parameters, None) is not None:
            raise invalid("Number of parameters in request and statement don't match.")

    def unexpected(self) -> AwsError:
        """The next token does not belong there."""
        found = repr(self.word.text) if self.word.kind != "end" else "the end"
        return invalid(f"Statement wasn't well formed, can't be processed: unexpected {found}")

    def deeper(self) -> None:
        """Step into parentheses or a value."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise invalid(f"more than {DEEPEST} levels of nesting are not implemented by the dynadrill time machine")

    def back(self) -> None:
        """Step out again."""
        self._depth -= 1

    def name(self) -> str:
        """An identifier, in double quotes or not."""
        if self.word.kind not in {"word", "name"}:
            raise self.unexpected()
        return self.take().text

    @property
    def begins_value(self) -> bool:
        """Whether a literal or a parameter stands next."""
        word = self.word
        return word.kind in {"text", "number"} or word.key in {*CONSTANTS, "?", "[", "{", "<<", "-"}

    def value(self) -> Typed:
        """A literal or a parameter, as it is stored."""
        typed, _ = checked(self._literal())
        return typed

    def _literal(self) -> Typed:
        word = self.take()
        if word.kind == "text":
            return {"S": word.text}
        if word.kind == "number":
            return {"N": word.text}
        if word.key in CONSTANTS:
            return dict(CONSTANTS[word.key])
        match word.key:
            case "-" if self.word.kind == "number":
                return {"N": "-" + self.take().text}
            case "?":
                return self._parameter()
            case "[":
                return {"L": self._members("]")}
            case "<<":
                return _set(self._members(">>"))
            case "{":
                return {"M": self._entries()}
        self._at -= 1
        raise self.unexpected()

    def _parameter(self) -> Typed:
        found = next(self._parameters, None)
        if found is None:
            raise invalid("Number of parameters in request and statement don't match.")
        return found

    def _members(self, end: str) -> list[Typed]:
        self.deeper()
        members: list[Typed] = []
        while not self.takes(end):
            if members:
                self.expect(",")
            members.append(self._literal())
        self.back()
        return members

    def _entries(self) -> dict[str, Typed]:
        self.deeper()
        entries: dict[str, Typed] = {}
        while not self.takes("}"):
            if entries:
                self.expect(",")
            if self.word.kind not in {"text", "name"}:
                raise self.unexpected()
            name = self.take().text
            self.expect(":")
            entries[name] = self._literal()
        self.back()
        return entries


def _word(match: re.Match[str]) -> Word:
    kind = match.lastgroup or "other"
    text = match[kind]
    if kind in {"text", "name"}:
        quote = text[0]
        text = text[1:-1].replace(quote * 2, quote)
    return Word(kind, text)


def _set(members: list[Typed]) -> Typed:
    kinds = {next(iter(member)) for member in members}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise invalid(
            "Statement wasn't well formed, can't be processed: a set has strings, numbers or binaries, of one type"
        )
    (kind,) = kinds
    return {f"{kind}S": [member[kind] for member in members]}
