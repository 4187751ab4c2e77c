"""Holding a figure to its bound: a figure that is no number holds nothing."""

from .measured import Measured


def at_most(name: str, value: float, unit: str, bound: float) -> Measured:
    """A figure that must not be larger than its bound, such as a time or an amount of memory."""
    return Measured(name, value, unit, f"<= {bound:g}", value <= bound)


def at_least(name: str, value: float, unit: str, bound: float) -> Measured:
    """A figure that must not be smaller than its bound, such as a rate."""
    return Measured(name, value, unit, f">= {bound:g}", value >= bound)
