"""Invariants in Python: a file with `def check(items)` that yields what is wrong.

    def check(items):
        for item in items:
            if item["total"] < 0:
                yield item

`items` is an iterator of dicts with plain values. What is yielded is an item, which is named by its key, or a text,
which is shown as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import CodeType
from typing import Any

from .invariant import BrokenInvariantError, Items
from .plain import plain_item

Check = Callable[[Iterator[dict[str, Any]]], Iterable[object]]


def compiled(source: str, name: str) -> CodeType:
    """The file's code.

    Raises:
        BrokenInvariantError: it is not Python.
    """
    try:
        return compile(source, name, "exec")
    except (SyntaxError, ValueError) as error:
        raise BrokenInvariantError(f"{name} is not Python: {error}") from error


def violations(
    source: str,
    name: str,
    items: Items,
    key_attributes: Sequence[str],
    show_values: bool,  # noqa: FBT001 -- as all
) -> Iterator[str]:
    """What the file's `check` says is wrong.

    Raises:
        BrokenInvariantError: there is no such function, it raises, or what it yields is neither text nor an item.
    """
    check = _function(compiled(source, name), name)
    try:
        found = iter(check(plain_item(item) for item in items()))
        while True:
            try:
                yield _said(next(found), key_attributes, show_values=show_values)
            except StopIteration:
                return
    except BrokenInvariantError:
        raise
    except (Exception, SystemExit) as error:  # a stranger's code may raise anything
        raise BrokenInvariantError(f"check(items) of {name} failed: {type(error).__name__}: {error}") from error


def _function(code: CodeType, name: str) -> Check:
    module: dict[str, Any] = {"__name__": f"dynadrill_invariant_{name}", "__file__": name}
    try:
        exec(code, module)  # noqa: S102 -- the file is the user's own, named by them to be run
    except (Exception, SystemExit) as error:
        raise BrokenInvariantError(f"{name} fails: {type(error).__name__}: {error}") from error
    check = module.get("check")
    if not callable(check):
        raise BrokenInvariantError(f"{name} defines no function check(items)")
    function: Check = check
    return function


def _said(found: object, key_attributes: Sequence[str], *, show_values: bool) -> str:
    match found:
        case str():
            return found
        case Mapping():
            key = " / ".join(str(found.get(name)) for name in key_attributes)
            return f"{key}: {_values(found)}" if show_values else key
        case _:
            raise BrokenInvariantError(
                f"check(items) yielded {type(found).__name__}, where a text or an item was expected"
            )


def _values(item: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name}={item[name]!r}" for name in sorted(item, key=str))
