"""The parts of an item that a request asks for."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..attributes import Attributes, Typed
from ..errors import AwsError
from .conditions import shown
from .lexer import malformed
from .nodes import Steps


class Projection(NamedTuple):
    """The document paths of an item that are asked for, none within another."""

    paths: tuple[Steps, ...]

    @property
    def attributes(self) -> set[str]:
        """The top-level attributes that the paths begin with."""
        return {str(path[0]) for path in self.paths}

    def of(self, item: Attributes) -> Attributes:
        """What the paths find in an item, in the item's own shape. List members close ranks."""
        if all(len(path) == 1 for path in self.paths):
            return {str(path[0]): item[str(path[0])] for path in self.paths if path[0] in item}
        tree = tree_of(self.paths)
        return {
            str(name): found
            for name, below in tree.items()
            if name in item and (found := _picked(item[str(name)], below)) is not None
        }


def tree_of(paths: Iterable[Steps]) -> dict[Any, Any]:
    """Paths as nested mappings by step; where one ends stands an empty mapping."""
    tree: dict[Any, Any] = {}
    for path in paths:
        node = tree
        for step in path:
            node = node.setdefault(step, {})
    return tree


def _picked(typed: Typed, tree: dict[Any, Any]) -> Typed | None:
    if not tree:
        return typed
    if "M" in typed:
        members = typed["M"]
        inside = {
            name: found
            for name, below in tree.items()
            if name in members and (found := _picked(members[name], below)) is not None
        }
        return {"M": inside} if inside else None
    if "L" in typed:
        places = sorted(step for step in tree if isinstance(step, int) and step < len(typed["L"]))
        listed = [found for place in places if (found := _picked(typed["L"][place], tree[place])) is not None]
        return {"L": listed} if listed else None
    return None


def refuse_overlaps(paths: Iterable[Steps], member: str) -> None:
    """Refuse document paths of which one lies within another, or which take one thing for a map and for a list.

    Raises:
        AwsError: there are two such.
    """
    seen: list[Steps] = []
    for path in paths:
        for other in seen:
            clash = _clash(other, path)
            if clash:
                raise _clashing(member, clash, other, path)
        seen.append(path)


def _clash(one: Steps, other: Steps) -> str | None:
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            return None if isinstance(ours, str) == isinstance(theirs, str) else "conflict"
    return "overlap"


def _clashing(member: str, clash: str, one: Steps, other: Steps) -> AwsError:
    return malformed(
        member,
        f"Two document paths {clash} with each other; must remove or rewrite one of these paths; "
        f"path one: {shown(one)}, path two: {shown(other)}",
    )
