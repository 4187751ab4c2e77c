"""What a machine holds, over the control API: tables and backups by Region, what is to come, which version it is."""

from math import isfinite

from ...version import VERSION
from ..backend import Backend
from ..table import Table
from .asked import Asked, only


def version(_asked: Asked) -> object:
    """Which version of dynadrill answers."""
    return {"version": VERSION}


def health(_asked: Asked) -> object:
    """That it answers."""
    return {"status": "ok"}


def state(asked: Asked) -> object:
    """All tables by account and Region, and when the next thing happens by itself."""
    fleet, journal = asked.fleet, asked.fleet.journal
    with journal.lock:
        next_at = journal.agenda.next_at
        return {
            "now": journal.clock.now(),
            "due": len(journal.agenda),
            "next_due_at": next_at if isfinite(next_at) else None,
            "regions": [_region(backend) for backend in fleet.backends()],
            "outages": list(fleet.outages),
            "faults": len(fleet.faults.listed()),
        }


def reset(asked: Asked) -> object:
    """Forget every table, backup, fault and outage; the clock stays where it is.

    Raises:
        UsageError: there are members.
    """
    only(asked.members)
    asked.fleet.reset()
    return {}


def _region(backend: Backend) -> object:
    return {
        "account": backend.account_id,
        "region": backend.region_name,
        "tables": [_table(table) for _, table in sorted(backend.tables.items())],
        "backups": len(backend.backups),
    }


def _table(table: Table) -> object:
    return {
        "name": table.name,
        "id": table.table_id,
        "status": table.life.status(table.journal.now()),
        "items": len(table),
        "point_in_time_recovery": table.recovery is not None,
        "active_at": table.life.active_at if table.is_creating else None,
    }
