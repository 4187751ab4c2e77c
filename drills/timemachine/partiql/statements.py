"""PartiQL statements as the trees of expressions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..attributes import Attributes, Typed
from ..errors import invalid, not_implemented
from ..expressions.nodes import (
    TESTS,
    Action,
    Add,
    All,
    Between,
    Call,
    Comparison,
    Condition,
    Delete,
    In,
    Not,
    Operand,
    Path,
    Remove,
    Set,
    Some,
    Step,
    Sum,
    Update,
    Value,
)
from ..expressions.placeholders import Placeholders
from .words import Words

COMPARATORS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
RETURNED = {"ALL OLD": "ALL_OLD", "ALL NEW": "ALL_NEW", "MODIFIED OLD": "UPDATED_OLD", "MODIFIED NEW": "UPDATED_NEW"}


class Statement(NamedTuple):
    """A statement: `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXISTS`, and what it is about."""

    verb: str
    table: str
    placeholders: Placeholders
    index_name: str | None = None
    paths: tuple[Path, ...] = ()
    condition: Condition | None = None
    order: tuple[str, bool] | None = None
    """ORDER BY: an attribute, and whether backward."""
    update: Update = ()
    item: Mapping[str, Typed] = MappingProxyType({})
    returned: str = "NONE"


def read_statement(text: str, parameters: list[Typed]) -> Statement:
    """A statement with its parameters put in.

    Raises:
        AwsError: it is none, or the parameters are not as many as its question marks.
    """
    reader = _Statements(Words(text, parameters))
    statement = reader.statement()
    reader.words.finish()
    return statement


class _Statements:
    def __init__(self, words: Words) -> None:
        self.words = words
        self._names: dict[str, str] = {}
        self._values: Attributes = {}
        self._placeholders = Placeholders(self._names, self._values)

    def statement(self) -> Statement:
        verb = self.words.take().key
        match verb:
            case "SELECT":
                return self._select()
            case "INSERT":
                return self._insert()
            case "UPDATE":
                return self._update()
            case "DELETE":
                self.words.expect("FROM")
                table = self.words.name()
                return Statement(
                    verb, table, self._placeholders, condition=self._where(needed=True), returned=self._returning()
                )
            case "EXISTS":
                self.words.expect("(", "SELECT")
                found = self._select()
                self.words.expect(")")
                return found._replace(verb=verb)
        raise invalid(f"Statement wasn't well formed, can't be processed: {verb or 'it'} is no statement of DynamoDB's")

    def _select(self) -> Statement:
        paths: list[Path] = []
        if not self.words.takes("*"):
            paths.append(self._path())
            while self.words.takes(","):
                paths.append(self._path())
        self.words.expect("FROM")
        table = self.words.name()
        index = self.words.name() if self.words.takes(".") else None
        condition = self._where(needed=False)
        return Statement("SELECT", table, self._placeholders, index, tuple(paths), condition, self._order())

    def _order(self) -> tuple[str, bool] | None:
        if not self.words.takes("ORDER", "BY"):
            return None
        name = self.words.name()
        backward = self.words.takes("DESC")
        if not backward:
            self.words.takes("ASC")
        if self.words.word.key == ",":
            raise not_implemented("ORDER BY of more than one attribute")
        return name, backward

    def _insert(self) -> Statement:
        self.words.expect("INTO")
        table = self.words.name()
        self.words.expect("VALUE")
        item = self.words.value()
        if "M" not in item:
            raise invalid("Statement wasn't well formed, can't be processed: VALUE must be a map of attributes")
        return Statement("INSERT", table, self._placeholders, item=item["M"])

    def _update(self) -> Statement:
        table = self.words.name()
        actions: list[Action] = []
        while True:
            if self.words.takes("SET"):
                actions.append(self._set())
                while self.words.takes(","):
                    actions.append(self._set())
            elif self.words.takes("REMOVE"):
                actions.append(Remove(self._path()))
                while self.words.takes(","):
                    actions.append(Remove(self._path()))
            else:
                break
        if not actions:
            raise self.words.unexpected()
        condition = self._where(needed=True)
        returned = self._returning()
        return Statement(
            "UPDATE", table, self._placeholders, condition=condition, update=tuple(actions), returned=returned
        )

    def _returning(self) -> str:
        if not self.words.takes("RETURNING"):
            return "NONE"
        said = f"{self.words.take().key} {self.words.take().key}"
        if said not in RETURNED:
            raise self.words.unexpected()
        self.words.expect("*")
        return RETURNED[said]

    def _set(self) -> Action:
        path = self._path()
        self.words.expect("=")
        function = self.words.word.text.lower()
        if function in {"set_add", "set_delete"} and self.words.following.key == "(":
            self.words.take()
            self.words.expect("(")
            if self._path() != path:
                raise not_implemented(f"{function} of another attribute than the one that is set")
            self.words.expect(",")
            value = self._value()
            self.words.expect(")")
            return Add(path, value) if function == "set_add" else Delete(path, value)
        left = self._operand()
        if self.words.word.key in {"+", "-"}:
            return Set(path, Sum(self.words.take().key, left, self._operand()))
        return Set(path, left)

    def _where(self, *, needed: bool) -> Condition | None:
        if self.words.takes("WHERE"):
            return self._condition()
        if needed:
            raise invalid("Where clause does not contain a mandatory equality on all key attributes")
        return None

    def _condition(self) -> Condition:
        parts = [self._conjunction()]
        while self.words.takes("OR"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _conjunction(self) -> Condition:
        parts = [self._negation()]
        while self.words.takes("AND"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _negation(self) -> Condition:
        self.words.deeper()
        found: Condition
        if self.words.takes("NOT"):
            found = Not(self._negation())
        elif self.words.takes("("):
            found = self._condition()
            self.words.expect(")")
        else:
            found = self._comparison()
        self.words.back()
        return found

    def _comparison(self) -> Condition:
        left = self._operand()
        key = self.words.word.key
        if key in COMPARATORS:
            self.words.take()
            return Comparison(COMPARATORS[key], left, self._operand())
        if self.words.takes("BETWEEN"):
            low = self._operand()
            self.words.expect("AND")
            return Between(left, low, self._operand())
        if self.words.takes("IN"):
            return In(left, self._choices())
        if self.words.takes("IS"):
            return self._being(left)
        if isinstance(left, Call) and left.function in TESTS:
            return left
        raise self.words.unexpected()

    def _being(self, left: Operand) -> Condition:
        negated = self.words.takes("NOT")
        if self.words.takes("MISSING"):
            found: Condition = Call("attribute_not_exists", (left,))
        elif self.words.takes("NULL"):
            found = Comparison("=", left, self._as_value({"NULL": True}))
        else:
            raise self.words.unexpected()
        return Not(found) if negated else found

    def _choices(self) -> tuple[Operand, ...]:
        end = "]" if self.words.takes("[") else ")"
        if end == ")":
            self.words.expect("(")
        choices = [self._operand()]
        while self.words.takes(","):
            choices.append(self._operand())
        self.words.expect(end)
        return tuple(choices)

    def _operand(self) -> Operand:
        if self.words.begins_value:
            return self._value()
        function = self.words.word.text.lower()
        if self.words.word.kind == "word" and self.words.following.key == "(":
            return self._call(function)
        return self._path()

    def _call(self, function: str) -> Call:
        operands = {**TESTS, "size": 1, "list_append": 2}
        if function not in operands:
            raise not_implemented(f"the function {function} in PartiQL")
        self.words.take()
        self.words.expect("(")
        self.words.deeper()
        given = [self._operand()]
        while self.words.takes(","):
            given.append(self._operand())
        self.words.expect(")")
        self.words.back()
        if len(given) != operands[function]:
            raise invalid(f"Statement wasn't well formed, can't be processed: {function} takes {operands[function]}")
        return Call(function, tuple(given))

    def _value(self) -> Value:
        return self._as_value(self.words.value())

    def _as_value(self, typed: Typed) -> Value:
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = typed
        return Value(placeholder)

    def _path(self) -> Path:
        steps: list[Step] = [self._name()]
        while True:
            if self.words.takes("."):
                steps.append(self._name())
            elif self.words.takes("["):
                if not self.words.word.text.isdecimal():
                    raise self.words.unexpected()
                steps.append(int(self.words.take().text))
                self.words.expect("]")
            else:
                return Path(tuple(steps))

    def _name(self) -> str:
        name = self.words.name()
        placeholder = f"#{name}"
        self._names[placeholder] = name
        return placeholder
