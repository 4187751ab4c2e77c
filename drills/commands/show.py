"""`dynadrill list` and `dynadrill show`."""

import sys
from typing import Any

from .. import options
from ..terminal import say, screen_of
from ..verdict import ExitCode
from . import Action


def list_everything() -> Action:
    """List the scenarios, disasters, recoveries, validators and fixtures."""

    def action() -> int:
        from ..listing import listing  # noqa: PLC0415 -- see HEAVY

        return _show(listing())

    return action


def show(name: options.NameArgument) -> Action:
    """Show what something is: its docstring, its knobs and their defaults, a scenario's parts."""

    def action() -> int:
        from ..listing import shown  # noqa: PLC0415 -- see HEAVY

        return _show(shown(name))

    return action


def _show(content: Any) -> int:
    from ..report import to_text  # noqa: PLC0415 -- see HEAVY

    say(to_text(content, screen_of(sys.stdout)), sys.stdout)
    return ExitCode.PASS
