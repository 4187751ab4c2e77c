"""From the files of a large run to its books on disk: every line and every row is read once, some at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..books import Place
from ..history import History
from ..reading_history import read_history
from ..runrecord import RunRecord
from ..snapshot import Snapshot, opened, stored_about, stored_rows
from .books import OnDisk
from .tables import Tables
from .views import KeptItems, KeptRows, KeptWrites


@dataclass(frozen=True)
class Kept:
    """What was written down in one drill, in the tables of a database, as far as it has been read."""

    tables: Tables
    history: History

    def take(self, place: Place, file: Path) -> Snapshot:
        """Take in a snapshot.

        Raises:
            UnverifiableError: the file is cut short, or not a snapshot.
        """
        with opened(file) as stored:
            about = stored_about(stored)
            self.tables.take_rows(place, ((key, row) for key, row, _ in stored_rows(stored)))
        rows = KeptRows(self.tables, place)
        return replace(about, rows=rows, items=KeptItems(self.tables, rows, file))

    def books(self, run: RunRecord, snapshots: Mapping[Place, Snapshot]) -> OnDisk:
        """The books of all that was taken in."""
        self.tables.finish()
        return OnDisk(self.tables, run, self.history, snapshots)


def keep(folder: Path, ttl_attribute: str | None) -> Kept:
    """Read the part files of a history into the tables of a new database, as `read_history` reads them."""
    tables = Tables()
    writes, reads = tables.writes(), tables.reads()
    history = read_history(folder, ttl_attribute, writes, reads)
    writes.flush()
    reads.flush()
    return Kept(tables, replace(history, writes=KeptWrites(tables), reads=()))
