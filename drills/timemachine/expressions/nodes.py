"""What an expression is once it is read. Names and values are still placeholders: a tree fits every request."""

from typing import Final, NamedTuple, TypeAlias

Step: TypeAlias = str | int
"""An attribute name or a list place."""
Steps: TypeAlias = tuple[Step, ...]
"""A document path: a name, then names and list places."""


class Path(NamedTuple):
    """A document path whose names may be placeholders: `#a`."""

    steps: Steps


class Value(NamedTuple):
    """A value's placeholder: `:v`."""

    name: str


class Call(NamedTuple):
    """A function and what it is given; a condition or an operand, as the function has it."""

    function: str
    operands: "tuple[Operand, ...]"


Operand: TypeAlias = Path | Value | Call


class Comparison(NamedTuple):
    """Two operands and what stands between them."""

    operator: str
    left: Operand
    right: Operand


class Between(NamedTuple):
    """An operand within two others, both included."""

    operand: Operand
    low: Operand
    high: Operand


class In(NamedTuple):
    """An operand that equals one of several."""

    operand: Operand
    choices: tuple[Operand, ...]


class Not(NamedTuple):
    """What holds when its condition does not."""

    condition: "Condition"


class All(NamedTuple):
    """Conditions joined by AND."""

    conditions: "tuple[Condition, ...]"


class Some(NamedTuple):
    """Conditions joined by OR."""

    conditions: "tuple[Condition, ...]"


Condition: TypeAlias = Comparison | Between | In | Call | Not | All | Some


class Sum(NamedTuple):
    """A number plus or minus another, in SET."""

    operator: str
    left: Operand
    right: Operand


class Set(NamedTuple):
    """SET: a path gets a value."""

    path: Path
    value: Operand | Sum


class Remove(NamedTuple):
    """REMOVE: a path goes."""

    path: Path


class Add(NamedTuple):
    """ADD: a number is added, or members join a set."""

    path: Path
    value: Value


class Delete(NamedTuple):
    """DELETE: members leave a set."""

    path: Path
    value: Value


Action: TypeAlias = Set | Remove | Add | Delete
Update: TypeAlias = tuple[Action, ...]

TESTS: Final = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
"""Functions that are conditions, and how many operands they take."""
MEASURES: Final = {"size": 1}
"""Functions that are operands of conditions."""
MAKERS: Final = {"if_not_exists": 2, "list_append": 2}
"""Functions that are operands of SET."""
