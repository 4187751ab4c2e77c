"""All accounts and Regions of one machine, and what they share."""

from collections.abc import Mapping
from random import Random
from uuid import UUID

from .backend import Backend
from .backup import LONGEST_SKEW_S
from .clock_kind import ClockKind
from .durations import Durations
from .faults import Faults
from .global_tables.replication import Replication
from .journal import SETTLED_S, Journal
from .keys_at_rest import Keys
from .neighbours.registry import Neighbours
from .outages import Outages
from .rights.rights import Rights
from .table import Table


class Fleet:
    """The backends of all accounts and Regions of one machine. Moto's own global ones are not touched."""

    def __init__(
        self, journal: Journal, seed: int, durations: Mapping[str, float], clock_kind: ClockKind = ClockKind.MANUAL
    ) -> None:
        self.journal = journal
        self.clock_kind = clock_kind
        self.random = Random(seed)
        """Identifiers come from it; use it under the journal's lock."""
        self.durations = Durations(Random(f"durations {seed}"), durations)
        self.faults = Faults(Random(f"faults {seed}"))
        self.keys = Keys(self)
        """Which keys of KMS cannot be used."""
        self.outages = Outages()
        self.rights = Rights()
        """What access keys may do."""
        self.replication = Replication(journal, Random(f"replication {seed}"), self.outages)
        self.neighbours = Neighbours(journal)
        self._backends: dict[tuple[str, str], Backend] = {}
        # A backup may be asked to hold an instant up to a minute ago: a fault.
        journal.lookback_s = lambda: LONGEST_SKEW_S if self.faults else SETTLED_S

    def at(self, account: str, region: str) -> Backend:
        """The backend of one account in one Region."""
        backend = self._backends.get((account, region))
        if backend is None:
            with self.journal.lock:
                backend = self._backends.setdefault((account, region), Backend(region, account, self))
        return backend

    def backends(self) -> list[Backend]:
        """Those that have been asked for, in order of account and Region; call with the journal's lock."""
        return [backend for _, backend in sorted(self._backends.items())]

    def tables(self, account: str | None = None) -> list[Table]:
        """All tables, or those of an account, in all Regions; call with the journal's lock."""
        backends = [backend for (owner, _), backend in self._backends.items() if account in {None, owner}]
        return [table for backend in backends for table in backend.tables.values()]

    def restores_running(self, account: str) -> int:
        """How many restores of an account are not done, of any kind, in all Regions; call with the journal's lock."""
        return sum(table.is_restoring for table in self.tables(account))

    def begin(self, table: Table, active_at: float) -> None:
        """Say when a new table is ACTIVE, and its backups are ready; call with the journal's lock."""
        ready_at = active_at + self.durations.of("backups_ready")
        table.life = table.life._replace(active_at=active_at, backups_ready_at=ready_at)

    @property
    def is_troubled(self) -> bool:
        """Whether a request may meet a fault or a Region that is down."""
        return bool(self.outages or self.faults)

    def new_id(self) -> str:
        """An identifier that this machine has not given before."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def reset(self) -> None:
        """Forget everything; the clock stays where it is."""
        with self.journal.lock:
            self._backends.clear()
            self.journal.agenda.clear()
            self.faults.clear()
            self.keys.clear()
            self.outages.clear()
            self.rights.clear()
            self.replication.clear()
            self.neighbours = Neighbours(self.journal)
