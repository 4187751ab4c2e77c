"""From a word to a side: what is not yet a stored snapshot is read into one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..exports.finding import is_export
from ..exports.place import ExportPlace, FolderPlace
from ..exports.reading import apply_exports, read_export
from ..snapshots.folder import open_snapshot
from ..snapshots.reading import Reading, read_table
from ..snapshots.source import LiveTable
from .sides import Side
from .sql import Side as Which
from .words import Word, read_word

OpenTable = Callable[[str], LiveTable]
OpenPlace = Callable[[str], ExportPlace]


@dataclass(frozen=True)
class Given:
    """One side as it was given: its word, and what goes with it.

    `key` and `apply` are an export's: the attributes of its key, and incremental exports to apply over it. `open_table`
    and `open_place` know the Region and the endpoint.
    """

    word: str
    open_table: OpenTable
    open_place: OpenPlace
    key: Sequence[str] = ()
    apply: Sequence[str] = ()


def word_of(given: Given) -> Word:
    """What the word means.

    Raises:
        UsageError: it means nothing, or two things; or incremental exports are to be applied to what is neither an
            export nor a snapshot.
    """
    word = read_word(given.word, lambda path: is_export(FolderPlace(path)))
    if given.apply and word.taken_for not in {"export", "snapshot"}:
        raise UsageError(
            f"{given.word} is {word.taken_for.replace('_', ' ')}: nothing can be applied over it",
            "Incremental exports are applied over a full one, or over a snapshot.",
        )
    return word


@dataclass(frozen=True)
class Opener:
    """Makes sides ready to be compared.

    `folder` is where snapshots of tables and exports are made, `reading` how tables are read, by `clock`; `stack`
    closes what has to be closed when all is done. `lean` keeps no item of a table that can be asked again: its digests
    are all that a comparison needs, and the few items that are shown are read when they are.
    """

    folder: Path
    reading: Reading
    clock: Clock
    stack: ExitStack
    lean: bool = False

    def both(self, given: Mapping[Which, Given], words: Mapping[Which, Word]) -> dict[Which, Side]:
        """Open both sides, an export last: a full export does not tell its key, the other side does."""
        sides: dict[Which, Side] = {}
        for name in sorted(words, key=lambda name: words[name].taken_for == "export"):
            known = next((side.stored.about.key_attributes for side in sides.values()), ())
            sides[name] = self.side(given[name], words[name], name, known)
        return sides

    def side(self, given: Given, word: Word, name: str, known_key: Sequence[str] = ()) -> Side:
        """Open one side, which is neither a ledger nor a signature.

        Args:
            given: as it was given.
            word: what that means.
            name: of the folder that is made if need be.
            known_key: the key that the other side has.

        Raises:
            UsageError: it is not there, or not what the word says.
            UnverifiableError: it is damaged, or could not be read to its end.
        """
        into = self.folder / name
        if word.taken_for == "table":
            table = given.open_table(word.name)
            self.stack.callback(table.close)
            asked_again = table.facts.consistent
            lean = self.lean and asked_again and self.reading.holds == "items"
            reading = replace(self.reading, holds="digests") if lean else self.reading
            return Side(
                given.word, "table", read_table(table, into, self.clock, reading), table if asked_again else None
            )
        changes = [given.open_place(each) for each in given.apply]
        if word.taken_for == "export":
            key = given.key or ((not changes and known_key) or ())
            stored = read_export(given.open_place(word.name), into, key_attributes=key, apply=changes)
            return Side(given.word, "export", stored)
        stored = open_snapshot(word.path)
        return Side(given.word, word.taken_for, apply_exports(stored, changes, into) if changes else stored)
