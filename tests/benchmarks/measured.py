"""What one benchmark found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One figure: its name, value and unit, what it was held to (empty where it is only told), and whether it holds."""

    name: str
    value: float
    unit: str
    bound: str = ""
    holds: bool = True
