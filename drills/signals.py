"""Signals: CTRL+C and SIGTERM end a command the same way, through every `finally` on the way out."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from .verdict import ExitCode

EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


class Signals:
    """While entered, SIGTERM raises KeyboardInterrupt as CTRL+C does, and the first signal is remembered."""

    def __init__(self) -> None:
        self.first: signal.Signals | None = None
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

    def _interrupt(self, number: int, _frame: FrameType | None) -> NoReturn:
        self.first = self.first or signal.Signals(number)
        raise KeyboardInterrupt
