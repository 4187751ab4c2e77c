"""One line of the doctor's: what was looked at, how it is, and what to do where it is not well."""

from enum import StrEnum

from ..json_model import JsonModel


class State(StrEnum):
    """WELL; ILL, with a fix; UNKNOWN where it could not be seen; NOTED where it matters only to some."""

    WELL = "well"
    ILL = "ill"
    UNKNOWN = "unknown"
    NOTED = "noted"


class Line(JsonModel):
    """One finding. `fix` is empty unless it is ill, or unknown for a reason that can be changed."""

    name: str
    state: State
    said: str
    fix: str = ""


def well(name: str, said: str) -> Line:
    """As it should be."""
    return Line(name=name, state=State.WELL, said=said)


def ill(name: str, said: str, fix: str) -> Line:
    """Not as it should be."""
    return Line(name=name, state=State.ILL, said=said, fix=fix)


def unknown(name: str, said: str, fix: str = "") -> Line:
    """It could not be seen."""
    return Line(name=name, state=State.UNKNOWN, said=said, fix=fix)


def noted(name: str, said: str) -> Line:
    """Neither: some may miss it."""
    return Line(name=name, state=State.NOTED, said=said)
