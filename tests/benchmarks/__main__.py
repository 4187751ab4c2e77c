"""`python -m tests.benchmarks [NAME ...]`: the speeds that the project promises, measured and held to their bounds.

Runs every benchmark of this folder, or those that are named, one after the other, and prints what each found. The exit
code is 1 where a bound is not held or a benchmark did not come to its end, 64 where there is none of that name.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import nan
from pathlib import Path

from .measured import Measured

NO_BENCHMARKS = frozenset({"__main__", "bounds", "measured", "rawhttp", "servers"})
"""The files of this folder that are no benchmark; every other one has `measure() -> list[Measured]`."""

NAME, VALUE, BOUND = 56, 12, 10
"""Widths of the table's columns."""


def names() -> list[str]:
    """Every benchmark, by the name of its file."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in NO_BENCHMARKS)


def measured(name: str) -> list[Measured]:
    """What one benchmark found; one that did not come to its end holds nothing."""
    try:
        found: list[Measured] = importlib.import_module(f".{name}", __package__).measure()
    except Exception as error:  # noqa: BLE001 - whatever it was, the others are still to be measured
        traceback.print_exc()
        return [Measured(f"{name}: ended by {type(error).__name__}", nan, "", "an end", holds=False)]
    return found


def row(found: Measured) -> str:
    """One line of the table."""
    value = f"{found.value:,.0f}" if abs(found.value) >= 1000 else f"{found.value:,.2f}"
    verdict = ("yes" if found.holds else "NO") if found.bound else ""
    return f"{found.name:<{NAME}}{value:>{VALUE}} {found.unit:<8}{found.bound:<{BOUND}}{verdict}".rstrip()


def _machine() -> str:
    memory_gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    now = datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {memory_gib:.1f} GiB of memory,"
        f" load average {os.getloadavg()[0]:.1f} before"
    )


def _table(wanted: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The table's lines, as they come, each with whether it holds."""
    yield _machine(), True
    yield f"{'name':<{NAME}}{'measured':>{VALUE}} {'':<8}{'bound':<{BOUND}}holds", True
    for name in wanted:
        yield from ((row(found), found.holds) for found in measured(name))


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and answer the exit code."""
    unknown = [name for name in arguments if name not in names()]
    if unknown:
        sys.stderr.write(f"error: there is no benchmark {', '.join(unknown)}\n  There are {', '.join(names())}.\n")
        return 64
    held = True
    for line, holds in _table(arguments or names()):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        held = held and holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
