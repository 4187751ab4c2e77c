"""Conditions, filters, key conditions, updates and projections, as trees. A text that was read is not read again."""

from functools import lru_cache
from typing import Final, TypeAlias

from .nodes import (
    MAKERS,
    MEASURES,
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
    Sum,
    Update,
    Value,
)
from .reader import Reader

KEPT: Final = 1024
"""So many expressions of each sort are remembered."""
COMPARATORS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
MOST_CHOICES: Final = 100
OR, AND, NOT = 1, 2, 3
"""How tightly they bind: NOT most."""
Node: TypeAlias = Condition | Operand


@lru_cache(KEPT)
def read_condition(text: str, member: str) -> Condition:
    """The condition that a member of a request holds.

    Raises:
        AwsError: it is no condition.
    """
    reader = _Conditions(text, member)
    condition = reader.condition(reader.node())
    reader.finish()
    return condition


@lru_cache(KEPT)
def read_projection(text: str) -> tuple[Path, ...]:
    """The paths of a ProjectionExpression.

    Raises:
        AwsError: it is none.
    """
    reader = Reader(text, "ProjectionExpression")
    paths = [reader.path()]
    while reader.takes(","):
        paths.append(reader.path())
    reader.finish()
    return tuple(paths)


@lru_cache(KEPT)
def read_update(text: str) -> Update:
    """The actions of an UpdateExpression.

    Raises:
        AwsError: it is none.
    """
    reader = _Updates(text, "UpdateExpression")
    actions: list[Action] = []
    seen: set[str] = set()
    while not (reader.is_over and actions):
        section = reader.token.word
        if section not in SECTIONS:
            raise reader.syntax_error()
        if section in seen:
            raise reader.refused(f'The "{section}" section can only be used once in an update expression;')
        seen.add(section)
        reader.take()
        actions.append(reader.action(section))
        while reader.takes(","):
            actions.append(reader.action(section))
    return tuple(actions)


class _Conditions(Reader):
    """Reads a condition; what stands in parentheses may turn out to be an operand."""

    closed = (-1, -1)
    """Where the parentheses stood that were read last."""

    def node(self, floor: int = 0) -> Node:
        """A condition whose operators bind tighter than `floor`, or an operand."""
        if self.takes("NOT"):
            self.count_operator()
            self.deeper()
            left: Node = Not(self.condition(self.node(NOT)))
            self.back()
        else:
            left = self._compared(self._term())
        while (strength := {"AND": AND, "OR": OR}.get(self.token.word, 0)) > floor:
            parts = [self.condition(left)]
            word = self.token.word
            while self.takes(word):
                self.count_operator()
                parts.append(self.condition(self.node(strength)))
            left = All(tuple(parts)) if strength == AND else Some(tuple(parts))
        return left

    def condition(self, node: Node) -> Condition:
        """A node that must be a condition."""
        match node:
            case Path() | Value():
                raise self.syntax_error()
            case Call(function) if function in MAKERS:
                raise self.refused(f"The function is not allowed in a condition expression; function: {function}")
            case Call(function) if function not in TESTS:
                raise self._misused(function)
        return node

    def _operand(self, node: Node) -> Operand:
        """A node that must be an operand."""
        match node:
            case Path() | Value():
                return node
            case Call(function) if function in MEASURES:
                return node
            case Call(function):
                raise self._misused(function)
        raise self.syntax_error()

    def _misused(self, function: str) -> Exception:
        return self.refused(f"The function is not allowed to be used this way in an expression; function: {function}")

    def _term(self) -> Node:
        opened = self.at
        if not self.takes("("):
            return self.operand()
        self.deeper()
        node = self.node()
        if self.closed == (opened + 1, self.at - 1):
            raise self.refused("The expression has redundant parentheses;")
        self.closed = (opened, self.at)
        self.expect(")")
        self.back()
        return node

    def _compared(self, left: Node) -> Node:
        word = self.token.word
        if word in COMPARATORS:
            operand = self._operand(left)
            self.at += 1
            self.count_operator()
            return Comparison(word, operand, self._operand(self._term()))
        if word == "BETWEEN":
            operand = self._operand(left)
            self.at += 1
            self.count_operator()
            low = self._operand(self._term())
            self.expect("AND")
            return Between(operand, low, self._operand(self._term()))
        if word == "IN":
            operand = self._operand(left)
            self.at += 1
            self.count_operator()
            return In(operand, self._choices())
        return left

    def _choices(self) -> tuple[Operand, ...]:
        self.expect("(")
        choices = [self._operand(self._term())]
        while self.takes(","):
            choices.append(self._operand(self._term()))
        self.expect(")")
        if len(choices) > MOST_CHOICES:
            raise self.refused(
                f"The IN operator is provided with too many operands; number of operands: {len(choices)}"
            )
        return tuple(choices)


SECTIONS: Final = frozenset({"SET", "REMOVE", "ADD", "DELETE"})


class _Updates(Reader):
    """Reads the actions of an update."""

    def action(self, section: str) -> Action:
        """One action of a section."""
        path = self.path()
        match section:
            case "REMOVE":
                return Remove(path)
            case "ADD":
                return Add(path, self.value())
            case "DELETE":
                return Delete(path, self.value())
        self.expect("=")
        return Set(path, self._assigned())

    def _assigned(self) -> Operand | Sum:
        left = self._term()
        if isinstance(left, Sum) or self.token.word not in {"+", "-"}:
            return left
        self.count_operator()
        operator = self.take().text
        right = self._term()
        if isinstance(right, Sum):
            raise self.syntax_error()
        return Sum(operator, left, right)

    def _term(self) -> Operand | Sum:
        if not self.takes("("):
            return self._made(self.operand())
        self.deeper()
        inner = self._assigned()
        self.expect(")")
        self.back()
        return inner

    def _made(self, operand: Operand) -> Operand:
        if not isinstance(operand, Call):
            return operand
        if operand.function not in MAKERS:
            raise self.refused(f"The function is not allowed in an update expression; function: {operand.function}")
        for inner in operand.operands:
            self._made(inner)
        if operand.function == "if_not_exists" and not isinstance(operand.operands[0], Path):
            raise self.refused("Operator or function requires a document path; operator or function: if_not_exists")
        return operand
