"""Amazon Ion text, as far as items have it: what exports write, and what imports and bulk puts read.

Read are structs, lists, strings, symbols, numbers, blobs, booleans, null and the annotations of sets. Timestamps,
clobs, expressions in parentheses, long strings and comments, which no item has, are not (Developer Guide, "Amazon S3
import formats for DynamoDB").
"""

import re
from typing import Any

from ..attributes import Typed

TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<quoted>'(?:[^'\\]|\\.)*')
    | \{\{\s*(?P<blob>[A-Za-z0-9+/=\s]*)\}\}
    | (?P<number>-?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[dDeE][+-]?[0-9]+)?(?![\w.:]))
    | (?P<mark>::|[{}\[\]:,])
    | (?P<word>[A-Za-z_$][\w$]*(?:\.[a-z]+)?)
    )""",
    re.VERBOSE,
)
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "a": "\a", "v": "\v", "0": "\0"}
SETS = {f"$dynamodb_{kind}": kind for kind in ("SS", "NS", "BS")}
VERSION_MARKER = "$ion_1_0"
DEEPEST = 40


class IonError(ValueError):
    """A text is not Ion, or has something that no item has."""


def item_in(text: str) -> dict[str, Any]:
    """The members of one record, values as DynamoDB JSON has them: `{Item: {...}}` gives `{"Item": {...}}`.

    Raises:
        IonError: the text is no struct of structs.
    """
    reader = Reader(text.strip().removeprefix(VERSION_MARKER))
    typed = reader.value()
    if not reader.at_end() or "M" not in typed:
        raise IonError("the record is not one struct")
    return {name: _plain(value) for name, value in typed["M"].items()}


def _plain(value: Typed) -> Any:
    """A member of a record: a struct is a map of attributes, a string is a string."""
    ((_, content),) = value.items()
    return content


class Reader:
    """One record's tokens, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return not self._text[self._place :].strip()

    def value(self, depth: int = 0) -> Typed:
        """The next value, with its type.

        Raises:
            IonError: there is none.
        """
        if depth > DEEPEST:
            raise IonError("values are nested too deeply")
        kind, text = self._token()
        if self._peek() == ("mark", "::"):
            self._token()
            return self._annotated(text, depth)
        match kind, text:
            case "string", _:
                return {"S": _unescaped(text)}
            case "blob", _:
                return {"B": "".join(text.split())}
            case "number", _:
                return {"N": text.replace("_", "").lower().replace("d", "e").rstrip(".").replace(".e", "e")}
            case "mark", "{":
                return {"M": self._members(depth)}
            case "mark", "[":
                return {"L": self._elements(depth)}
            case "word", "true" | "false":
                return {"BOOL": text == "true"}
            case "word", _ if text == "null" or text.startswith("null."):
                return {"NULL": True}
        raise IonError(f"found {text!r} where a value was expected")

    def _annotated(self, annotation: str, depth: int) -> Typed:
        inner = self.value(depth + 1)
        kind = SETS.get(annotation.strip("'"))
        if kind is None:
            return inner
        members = inner.get("L")
        if members is None or any(kind[0] not in member for member in members):
            raise IonError(f"{annotation} is not before a list of its kind")
        return {kind: [member[kind[0]] for member in members]}

    def _members(self, depth: int) -> dict[str, Typed]:
        members: dict[str, Typed] = {}
        while self._peek() != ("mark", "}"):
            kind, name = self._token()
            if kind not in {"word", "quoted", "string"}:
                raise IonError(f"found {name!r} where a name was expected")
            self._expect(":")
            members[name if kind == "word" else _unescaped(name)] = self.value(depth + 1)
            if self._peek() != ("mark", "}"):
                self._expect(",")
        self._token()
        return members

    def _elements(self, depth: int) -> list[Typed]:
        elements: list[Typed] = []
        while self._peek() != ("mark", "]"):
            elements.append(self.value(depth + 1))
            if self._peek() != ("mark", "]"):
                self._expect(",")
        self._token()
        return elements

    def _expect(self, mark: str) -> None:
        found = self._token()
        if found != ("mark", mark):
            raise IonError(f"found {found[1]!r} where {mark!r} was expected")

    def _peek(self) -> tuple[str, str]:
        place = self._place
        try:
            return self._token()
        except IonError:
            return "", ""
        finally:
            self._place = place

    def _token(self) -> tuple[str, str]:
        found = TOKEN.match(self._text, self._place)
        if found is None:
            raise IonError(f"found {self._text[self._place : self._place + 10]!r}, which is nothing that items have")
        self._place = found.end()
        kind = str(found.lastgroup)
        return kind, found[kind]


def _unescaped(quoted: str) -> str:
    """What stands between quotes; pairs of escaped surrogates become the characters that they are."""
    if "\\" not in quoted:
        return quoted[1:-1]
    text = ESCAPE.sub(_escape, quoted[1:-1])
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise IonError("an escape stands for no character") from None


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xuU" and len(code) > 1:
        return chr(int(code[1:], 16)) if int(code[1:], 16) <= 0x10FFFF else "\ud800"
    return PLAIN_ESCAPES.get(code, code)
