"""Items as DynamoDB can hold them, for property tests: values of every type, other spellings of them, and other values.

A *spelling* is the same stored value in other JSON. An *alteration* is another value, as near to the first as its type
allows: the last of 38 digits, the same text as another type, one member of a set.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from decimal import Context, Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

Typed = Mapping[str, Any]

EXACT = Context(prec=60)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ODD_TEXTS = (
    "",
    "é",
    "e\u0301",
    "\u0000",
    "\u200d",
    "👩\u200d👩\u200d👧",
    "שלום",
    "\ufeff",
    "ﬁ",
    "a b",
    '"\\/',
    "1",
    "1.0",
    "null",
)
"""Texts that some layer may take for others: composed and not, without width, right to left, escaped."""


def decimal_text(sign: int, digits: int, exponent: int) -> str:
    """A number as DynamoDB would answer it, or in another spelling; never more than 38 digits."""
    return str(Decimal((sign, tuple(map(int, str(digits))), exponent)))


NUMBERS = st.one_of(
    st.sampled_from(["0", "-0", "1", "1.0", "1E+10", "9" * 38, "-" + "9" * 38, "1E-130", "9." + "9" * 37 + "E+125"]),
    st.integers(-(10**6), 10**6).map(str),
    st.builds(decimal_text, st.integers(0, 1), st.integers(1, 10**38 - 1), st.integers(-120, 80)),
)
TEXTS = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=6))
NAMES = TEXTS.filter(bool)
"""Names of attributes: not empty."""
BINARIES = st.binary(max_size=5).map(lambda content: b64encode(content).decode())


def _members(kind: str, one: st.SearchStrategy[str], same: Any) -> st.SearchStrategy[Typed]:
    """Sets of a kind: one member at least, each value once."""
    return st.lists(one, min_size=1, max_size=4, unique_by=same).map(lambda members: {kind: members})


SCALARS = st.one_of(
    TEXTS.map(lambda text: {"S": text}),
    NUMBERS.map(lambda number: {"N": number}),
    BINARIES.map(lambda binary: {"B": binary}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    _members("SS", TEXTS, str),
    _members("NS", NUMBERS, Decimal),
    _members("BS", BINARIES, b64decode),
)
VALUES: st.SearchStrategy[Typed] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(NAMES, inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=4,
)
"""Typed values of every type."""

KEYS = {
    "S": st.one_of(st.sampled_from([text for text in ODD_TEXTS if text]), st.text(min_size=1, max_size=5)),
    "N": NUMBERS,
    "B": st.binary(min_size=1, max_size=5).map(lambda content: b64encode(content).decode()),
}
"""Values of a key attribute, by its type."""


def spelled(typed: Typed, random: Random) -> dict[str, Any]:
    """The same value in another spelling."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return {"N": _number(value, random)}
        case "B":
            return {"B": _binary(value, random)}
        case "SS":
            return {"SS": random.sample(value, len(value))}
        case "NS":
            return {"NS": [_number(number, random) for number in random.sample(value, len(value))]}
        case "BS":
            return {"BS": [_binary(member, random) for member in random.sample(value, len(value))]}
        case "L":
            return {"L": [spelled(member, random) for member in value]}
        case "M":
            return {"M": {name: spelled(value[name], random) for name in random.sample(list(value), len(value))}}
    return dict(typed)


def _number(text: str, random: Random) -> str:
    number = Decimal(text)
    if not number:
        return random.choice(["0", "-0", "0.0", "00", "0E5", "-0.00"])
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    more = random.randrange(3)
    padded = "".join(map(str, digits)) + "0" * more
    minus, zeros = "-" if sign else random.choice(["", "+"]), "0" * random.randrange(3)
    if random.random() < 0.5:
        return f"{minus}{zeros}{padded}{random.choice('eE')}{exponent - more}"
    plain = format(number.copy_abs(), "f")
    return f"{minus}{zeros}{plain}" + (("0" * more) if "." in plain else random.choice(["", ".", ".00"]))


def _binary(text: str, random: Random) -> str:
    """Base64 whose last letter has bits that say nothing."""
    body = text.rstrip("=")
    free = {2: 16, 1: 4}.get(len(text) - len(body), 1)
    if free == 1:
        return text
    last = BASE64.index(body[-1]) // free * free + random.randrange(free)
    return body[:-1] + BASE64[last] + text[len(body) :]


def altered(typed: Typed, random: Random) -> dict[str, Any]:
    """Another value, near to it."""
    ((kind, value),) = typed.items()
    other = _other_type(kind, value)
    if other is not None and random.random() < 0.4:
        return other
    match kind:
        case "S":
            return {"S": random.choice([value + "\u0000", value + " ", value + "\u0301", "x" + value])}
        case "N":
            return {"N": _next(value)}
        case "B":
            return {"B": b64encode(b64decode(value) + b"\0").decode()}
        case "BOOL":
            return {"BOOL": not value}
        case "NULL":
            return {"S": ""}
        case "SS" | "NS" | "BS":
            return _other_set(kind, value)
        case "L":
            return _other_list(value, random)
    return _other_map(value, random)


def _other_type(kind: str, value: Any) -> dict[str, Any] | None:
    """The same content as another type, where there is one."""
    match kind:
        case "N":
            return {"S": value}
        case "S":
            return {"B": b64encode(value.encode()).decode()}
        case "B":
            return {"S": value}
        case "BOOL":
            return {"S": str(value).lower()}
        case "NS":
            return {"SS": value}
        case "SS":
            return {"L": [{"S": member} for member in value]}
        case "BS":
            return {"SS": value}
    return None


def _next(text: str) -> str:
    """The number whose last digit of 38 is another."""
    number = EXACT.create_decimal(text)
    if not number:
        return "1E-130"
    step = Decimal((0, (1,), max(number.adjusted() - 37, -130)))
    up = EXACT.add(number, step)
    fits = len(up.normalize(EXACT).as_tuple().digits) <= 38 and up.adjusted() <= 125
    return str(up if fits else EXACT.subtract(number, step))


def _other_set(kind: str, members: list[str]) -> dict[str, Any]:
    if len(members) > 1:
        return {kind: members[1:]}
    match kind:
        case "NS":
            more = _next(members[0])
        case "BS":
            more = b64encode(b64decode(members[0]) + b"\0").decode()
        case _:
            more = members[0] + "x"
    return {kind: [*members, more]}


def _other_list(members: list[Typed], random: Random) -> dict[str, Any]:
    if not members or random.random() < 0.4:
        return {"L": [*members, {"NULL": True}]}
    place = random.randrange(len(members))
    return {"L": [altered(each, random) if at == place else each for at, each in enumerate(members)]}


def _other_map(members: Mapping[str, Typed], random: Random) -> dict[str, Any]:
    """Also with an attribute that is NULL where there was none."""
    if not members or random.random() < 0.4:
        return {"M": {**members, "".join([*members, "+"]): {"NULL": True}}}
    name = random.choice(list(members))
    return {"M": {**members, name: altered(members[name], random)}}
