"""How a machine's time passes."""

from enum import StrEnum


class ClockKind(StrEnum):
    """By itself and when it is moved, only when it is moved, or only by itself."""

    REAL = "real"
    MANUAL = "manual"
    WALL = "wall"
