"""The command line.

Typer only reads it: every command answers an action, and `main` does it outside of typer's own error handling, which
would turn a signal or a broken pipe into exit codes that mean something else here.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from . import options
from .commands import Action
from .commands.advise import advise
from .commands.audit import EXIT_CODES as AUDIT_EXIT_CODES
from .commands.audit import audit
from .commands.canary import canary
from .commands.compare import EXIT_CODES as COMPARE_EXIT_CODES
from .commands.compare import compare
from .commands.doctor import EXIT_CODES as DOCTOR_EXIT_CODES
from .commands.doctor import doctor
from .commands.find_point import find_point
from .commands.judge import judge
from .commands.last import EXIT_CODES as LAST_EXIT_CODES
from .commands.last import last
from .commands.matrix import matrix
from .commands.plan import EPILOG as PLAN_EPILOG
from .commands.plan import plan
from .commands.restore_check import restore_check
from .commands.restore_testing import restore_testing
from .commands.resume import resume
from .commands.run import run
from .commands.serve import serve
from .commands.show import list_everything, show
from .commands.snapshot import snapshot
from .commands.snippet import snippet
from .commands.summary import EXIT_CODES as SUMMARY_EXIT_CODES
from .commands.summary import summary
from .commands.sweep import EPILOG as SWEEP_EPILOG
from .commands.sweep import sweep
from .config.place import VARIABLE
from .errors import DrillError
from .help_text import unfolded
from .masking import masked
from .signals import Signals
from .terminal import say
from .verdict import ExitCode
from .version import VERSION

CommandLineError: Any = typer.BadParameter.__mro__[2]
"""The base of what typer raises about a command line; typer's own copy of click, or click, according to its version."""

app = typer.Typer(
    name="dynadrill",
    help=f"Disaster-recovery drills for DynamoDB: break a table, bring it back, prove it.\n\n{options.EXIT_CODES}",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 -- typer hands a flag's value over
    if asked:
        typer.echo(f"dynadrill {VERSION}")
        raise typer.Exit


VersionOption: TypeAlias = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
]


@app.callback(invoke_without_command=True)
def _any_command(
    context: typer.Context,
    config: options.Config = None,
    _version: VersionOption = False,  # noqa: FBT002 -- a flag
) -> Action | None:
    if config is not None:
        # For every process of this command, wherever it reads the configuration.
        os.environ[VARIABLE] = str(config.absolute())
        from .config.reading import read_config  # noqa: PLC0415 -- only who names a file waits for this

        read_config(os.environ, Path.cwd())  # what is wrong in it is said by each command, also by one that needs none
    if context.invoked_subcommand is not None:
        return None
    typer.echo(context.get_help())
    return lambda: ExitCode.USAGE


app.command(epilog=options.EXIT_CODES)(run)
app.command(epilog=options.EXIT_CODES)(judge)
app.command(epilog=options.EXIT_CODES)(resume)
app.command(epilog=PLAN_EPILOG)(plan)
app.command()(matrix)
app.command(name="list")(list_everything)
app.command()(show)
app.command(epilog=COMPARE_EXIT_CODES)(compare)
app.command(name="restore-check", epilog=options.EXIT_CODES)(restore_check)
app.command(name="restore-testing", epilog=options.EXIT_CODES)(restore_testing)
app.command()(canary)
app.command(epilog=SWEEP_EPILOG)(sweep)
app.command(epilog=AUDIT_EXIT_CODES)(audit)
app.command(epilog=DOCTOR_EXIT_CODES)(doctor)
app.command(epilog=LAST_EXIT_CODES)(last)
app.command(epilog=SUMMARY_EXIT_CODES)(summary)
app.command()(serve)
app.command()(snapshot)
app.command()(snippet)
app.command(name="find-point")(find_point)
app.command()(advise)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code; `sys.argv` where no arguments are given."""
    with Signals() as signals:
        try:
            code = _obey(sys.argv[1:] if arguments is None else arguments)
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except DrillError as error:
            code = _complain(f"error: {error}", error.exit_code)
        except CommandLineError as error:
            code = _complain(_told_by_typer(error), ExitCode.USAGE)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is ours, and has its own exit code
            code = _own_up(error)
    return int(signals.exit_code or code)


def _obey(arguments: Sequence[str]) -> int:
    """Read the command line and do what it says; typer itself deals with `--help` and completion."""
    command: Any = typer.main.get_command(app)
    for each in command.commands.values():
        each.help = unfolded(each.help or "")
    action = command.main(args=list(arguments), prog_name="dynadrill", standalone_mode=False)
    return action() if callable(action) else int(action or 0)


def _told_by_typer(error: Any) -> str:
    message = error.format_message()
    command = error.ctx.command_path if getattr(error, "ctx", None) else "dynadrill"
    return f"error: {message[:1].lower()}{message[1:].rstrip('.')}\n  `{command} --help` says what there is."


def _complain(text: str, code: ExitCode) -> ExitCode:
    say(f"{masked(text)}\n", sys.stderr)
    return code


def _own_up(error: Exception) -> ExitCode:
    """Say that it is a defect of ours and where its traceback is: in the run's log, else here."""
    logged = getattr(error, "logged_in", None)
    where = f"The traceback is in {logged}." if logged else "".join(traceback.format_exception(error)).rstrip()
    return _complain(
        f"defect: {type(error).__name__}: {error}\n  This is dynadrill's fault, not yours or the table's. {where}",
        ExitCode.DEFECT,
    )
