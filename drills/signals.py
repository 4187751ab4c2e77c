"""Signals: CTRL+C and SIGTERM end a command the same way, through every `finally` on the way out."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from .verdict import ExitCode

EXIT_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.TERMINATED,
}

MOST_HEARD = 2
"""The first signal ends a drill, the second its clean-up; further ones change nothing and are not heard."""


class Signals:
    """While entered, SIGTERM and SIGHUP raise KeyboardInterrupt as CTRL+C does, and the first signal is remembered."""

    def __init__(self) -> None:
        self.first: signal.Signals | None = None
        self._heard = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._interrupt) for number in EXIT_CODES}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def exit_code(self) -> ExitCode | None:
        """What a command that was told to stop ends with; None where it was not."""
        return None if self.first is None else EXIT_CODES[self.first]

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        self.first = self.first or signal.Signals(number)
        self._heard += 1
        if self._heard <= MOST_HEARD:
            raise KeyboardInterrupt


def noted() -> bool:
    """Whether a signal has come: an exception that a handler raises can be swallowed where it lands."""
    owner = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    return isinstance(owner, Signals) and owner.first is not None
