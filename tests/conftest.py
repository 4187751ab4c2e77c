"""What the end of a test run says beside what pytest says."""

import pytest

from .counterparts.wanted import NOT_COMPARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what the machine was not compared with, and why: a run without its counterparts is a lesser run."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        _, _, text = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "").partition(NOT_COMPARED)
        if text:
            reasons[text] = reasons.get(text, 0) + 1
    for text, count in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT COMPARED ({count} tests): {text}", yellow=True)
