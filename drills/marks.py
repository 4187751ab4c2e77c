"""The instants of a drill by name."""

from enum import StrEnum


class Mark(StrEnum):
    """The instants of a drill, in the order in which they come."""

    ARMED = "armed"
    LOAD_STARTED = "load_started"
    GATE_PASSED = "gate_passed"
    STRUCK = "struck"
    NOTICED = "noticed"
    DECIDED = "decided"
    RESTORE_ASKED = "restore_asked"
    ACTIVE = "active"
    SETTINGS_BACK = "settings_back"
    VALIDATED = "validated"
    CUT_OVER = "cut_over"
    LOAD_STOPPED = "load_stopped"
