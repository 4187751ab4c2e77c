"""What holds for all tests: no example is timed, and the end of a run says what was not compared."""

import pytest
from hypothesis import settings

from .counterparts.wanted import NOT_COMPARED

# How long an example takes says something about the machine that it runs on, and nothing about the code.
settings.register_profile("dynadrill", deadline=None)
settings.load_profile("dynadrill")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what the machine was not compared with, and why: a run without its counterparts is a lesser run."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        _, _, text = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "").partition(NOT_COMPARED)
        if text:
            reasons[text] = reasons.get(text, 0) + 1
    for text, count in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT COMPARED ({count} tests): {text}", yellow=True)
