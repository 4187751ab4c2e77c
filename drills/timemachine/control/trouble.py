"""Faults and outages over the control API."""

from ..fault_forms import as_members, fault_of
from ..outages import OutageMode, outage_mode
from .asked import Asked, NotThereError, only, text_in


def list_faults(asked: Asked) -> object:
    """The faults that are on, each with how often it has struck and still strikes."""
    return {"faults": [as_members(fault) for fault in asked.fleet.faults.listed()]}


def add_fault(asked: Asked) -> object:
    """Switch a fault on; the answer has its number.

    Raises:
        UsageError: it is none.
    """
    return as_members(asked.fleet.faults.add(fault_of(asked.members)))


def remove_fault(asked: Asked) -> object:
    """Switch the fault of a number off.

    Raises:
        NotThereError: no fault that is on has it.
    """
    if not asked.name.isdecimal() or not asked.fleet.faults.remove(int(asked.name)):
        on = ", ".join(str(fault.number) for fault in asked.fleet.faults.listed())
        raise NotThereError(f"no fault {asked.name} is on; on are {on or 'none'}")
    return {}


def remove_faults(asked: Asked) -> object:
    """Switch all faults off."""
    asked.fleet.faults.clear()
    return {}


def list_outages(asked: Asked) -> object:
    """The Regions that are down."""
    outages = asked.fleet.outages
    return {"outages": [{"region": region, "mode": outages.mode(region)} for region in outages]}


def add_outage(asked: Asked) -> object:
    """Take a Region down.

    Raises:
        UsageError: the members name no Region or mode.
    """
    only(asked.members, "region", "mode")
    region = text_in(asked.members, "region")
    mode = outage_mode(text_in({"mode": OutageMode.REFUSE, **asked.members}, "mode"))
    asked.fleet.journal.catch_up()
    asked.fleet.outages.add(region, mode)
    return {"region": region, "mode": mode}


def remove_outage(asked: Asked) -> object:
    """Bring a Region back.

    Raises:
        NotThereError: it is not down.
    """
    if asked.name not in asked.fleet.outages:
        raise NotThereError(f"the Region {asked.name} is not down; down are {', '.join(asked.fleet.outages) or 'none'}")
    asked.fleet.journal.catch_up()
    asked.fleet.outages.discard(asked.name)
    return {}


def remove_outages(asked: Asked) -> object:
    """Bring all Regions back."""
    asked.fleet.journal.catch_up()
    asked.fleet.outages.clear()
    return {}
