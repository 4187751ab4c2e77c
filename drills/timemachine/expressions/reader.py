"""What all expressions have in common: tokens in turn, document paths, operands."""

from typing import Final

from ..errors import AwsError
from .lexer import Token, malformed, reserved_words, tokens_of
from .nodes import MAKERS, MEASURES, TESTS, Call, Operand, Path, Step, Value

MOST_OPERATORS: Final = 300
DEEPEST: Final = 100
"""So deep may parentheses and functions be nested; ours, AWS names no limit."""
FUNCTIONS: Final = {**TESTS, **MEASURES, **MAKERS}


class Reader:
    """An expression, read from left to right.

    Args:
        text: the expression.
        member: the request's member that holds it, for refusals.
    """

    def __init__(self, text: str, member: str) -> None:
        self.text = text
        self.member = member
        self._tokens = tokens_of(text, member)
        self.at = 0
        self._depth = 0
        self._operators = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self.at]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.token.kind == "end"

    def take(self) -> Token:
        """The next token, which is then behind us."""
        token = self.token
        self.at += 1
        return token

    def takes(self, word: str) -> bool:
        """Whether the next token is a keyword or symbol, which is then behind us."""
        if self.token.word != word:
            return False
        self.at += 1
        return True

    def expect(self, word: str) -> None:
        """Pass a keyword or symbol.

        Raises:
            AwsError: something else stands there.
        """
        if not self.takes(word):
            raise self.syntax_error()

    def finish(self) -> None:
        """Refuse what is left over."""
        if not self.is_over:
            raise self.syntax_error()

    def syntax_error(self) -> AwsError:
        """The next token does not belong there."""
        start = self._tokens[self.at - 1].start if self.at else 0
        following = self._tokens[min(self.at + 1, len(self._tokens) - 1)]
        last = self.token if following.kind == "end" else following
        near = self.text[start : last.end]
        return self.refused(f'Syntax error; token: "{self.token.text}", near: "{near}"')

    def refused(self, message: str) -> AwsError:
        """The expression is not one."""
        return malformed(self.member, message)

    def count_operator(self) -> None:
        """Refuse an expression of more than 300 operators and functions (Developer Guide, "Quotas")."""
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise self.refused(f"The expression contains too many operators; operator count: {self._operators}")

    def deeper(self) -> None:
        """Step into parentheses, a negation or a function."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.refused(
                f"more than {DEEPEST} levels of nesting are not implemented by the dynadrill time machine"
            )

    def back(self) -> None:
        """Step out again."""
        self._depth -= 1

    def path(self) -> Path:
        """A document path."""
        steps: list[Step] = [self._name()]
        while True:
            if self.takes("."):
                steps.append(self._name())
            elif self.takes("["):
                if self.token.kind != "place":
                    raise self.syntax_error()
                steps.append(int(self.take().text))
                self.expect("]")
            else:
                return Path(tuple(steps))

    def _name(self) -> str:
        if self.token.kind != "name":
            raise self.syntax_error()
        text = self.token.text
        if text.upper() in reserved_words():
            raise self.refused(f"Attribute name is a reserved keyword; reserved keyword: {text}")
        self.at += 1
        return text

    def value(self) -> Value:
        """A value's placeholder."""
        if self.token.kind != "value":
            raise self.syntax_error()
        return Value(self.take().text)

    def operand(self) -> Operand:
        """A path, a value or a function."""
        if self.token.kind == "value":
            return self.value()
        following = self._tokens[self.at + 1] if self.token.kind == "name" else None
        if following is not None and following.text == "(" and not self.token.text.startswith("#"):
            return self._call()
        return self.path()

    def _call(self) -> Call:
        name = self.take().text
        self.expect("(")
        self.deeper()
        operands = [self.operand()]
        while self.takes(","):
            operands.append(self.operand())
        self.expect(")")
        self.back()
        if name not in FUNCTIONS:
            raise self.refused(f"Invalid function name; function: {name}")
        if len(operands) != FUNCTIONS[name]:
            raise self.refused(
                "Incorrect number of operands for operator or function; operator or function: "
                f"{name}, number of operands: {len(operands)}"
            )
        self.count_operator()
        return Call(name, tuple(operands))
