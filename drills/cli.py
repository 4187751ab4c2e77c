"""The command line.

Typer only reads it: every command answers an action, and `main` does it outside of typer's own error handling, which
would turn a signal or a broken pipe into exit codes that mean something else here.

HEAVY: what a command needs is imported when it is done, so that `--help` and completion do not wait for boto3, pyarrow
and pydantic.
"""

import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from . import options
from .errors import DrillError
from .signals import Signals
from .terminal import say, screen_of
from .verdict import ExitCode
from .version import VERSION

if TYPE_CHECKING:
    from .watch import Watch

Action: TypeAlias = Callable[[], int]

CommandLineError: Any = typer.BadParameter.__mro__[2]
"""The base of what typer raises about a command line; typer's own copy of click, or click, according to its version."""

LARGEST_SEED = 999_999

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
def _any_command(context: typer.Context, _version: VersionOption = False) -> Action | None:  # noqa: FBT002 -- a flag
    if context.invoked_subcommand is not None:
        return None
    typer.echo(context.get_help())
    return lambda: ExitCode.USAGE


@app.command(epilog=options.EXIT_CODES)
def run(  # noqa: PLR0913, PLR0917 -- one parameter per option
    scenario: options.ScenarioArgument,
    target: options.Target = "embedded",
    recovery: options.Recovery = None,
    disaster: options.Disaster = None,
    pace: options.Pace = "real",
    items: options.Items = None,
    users: options.Users = None,
    rate: options.Rate = None,
    seed: options.Seed = None,
    to: options.To = "auto",
    notice: options.Notice = None,
    decide: options.Decide = None,
    rpo: options.Rpo = None,
    rto: options.Rto = None,
    max_lost_after: options.MaxLostAfter = None,
    force_cutover: options.ForceCutover = False,  # noqa: FBT002 -- a flag
    repeat: options.Repeat = 1,
    out: options.Out = Path("runs"),
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Break a table under load, bring it back, and prove what came back.

    Durations read as 90s, 5m, 4h, 1h30m; times as ISO 8601 with a zone, or epoch seconds with a fraction.
    """

    def action() -> int:
        from . import batch  # noqa: PLC0415 -- see HEAVY
        from .output import Output  # noqa: PLC0415
        from .plan import Asked  # noqa: PLC0415

        asked = Asked(
            scenario=scenario,
            seed=random.randint(0, LARGEST_SEED) if seed is None else seed,
            target=target,
            recovery=recovery,
            disaster=disaster,
            pace=pace,
            items=items,
            users=users,
            rate=rate,
            to=to,
            notice=notice,
            decide=decide,
            rpo=rpo,
            rto=rto,
            max_lost_after=max_lost_after,
            force_cutover=force_cutover,
        )
        around = batch.Surroundings(time.time, lambda: _watch(quiet=quiet), _log_defect)
        return batch.run_all(asked, repeat, out, Output(json, junit, quiet, several=repeat > 1), around)

    return action


@app.command(epilog=options.EXIT_CODES)
def judge(
    run_folder: options.RunArgument,
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Judge a stored run again, from its evidence alone; exits as the run did."""

    def action() -> int:
        from .output import Output  # noqa: PLC0415 -- see HEAVY
        from .rejudging import judge_again  # noqa: PLC0415

        return judge_again(run_folder, Output(json, junit, quiet))

    return action


@app.command(name="list")
def list_everything() -> Action:
    """List the scenarios, disasters, recoveries, validators and fixtures."""

    def action() -> int:
        from .listing import listing  # noqa: PLC0415 -- see HEAVY

        return _show(listing())

    return action


@app.command()
def show(name: options.NameArgument) -> Action:
    """Show what something is: its docstring, its knobs and their defaults, a scenario's parts."""

    def action() -> int:
        from .listing import shown  # noqa: PLC0415 -- see HEAVY

        return _show(shown(name))

    return action


@app.command()
def serve(  # noqa: PLR0913, PLR0917 -- one parameter per option
    port: options.Port = 8000,
    clock: options.ServeClock = "real",
    start_at: options.StartAt = None,
    seed: options.MachineSeed = 0,
    duration: options.Durations = None,
    fault: options.Faults = None,
    outage: options.Outages = None,
) -> Action:
    """Serve the time machine, a DynamoDB with a past, on 127.0.0.1 for any AWS SDK and the AWS CLI.

    Says where it listens, and ends with CTRL+C (130) or SIGTERM (143). Nothing of it stays.
    """

    def action() -> int:
        from . import serving  # noqa: PLC0415 -- see HEAVY

        asked = serving.Serving(port, clock, start_at, seed, duration or [], fault or [], outage or [])
        return serving.serve(asked, sys.stdout)

    return action


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
    command = typer.main.get_command(app)
    action = command.main(args=list(arguments), prog_name="dynadrill", standalone_mode=False)
    return action() if callable(action) else int(action or 0)


def _told_by_typer(error: Any) -> str:
    message = error.format_message()
    command = error.ctx.command_path if getattr(error, "ctx", None) else "dynadrill"
    return f"error: {message[:1].lower()}{message[1:].rstrip('.')}\n  `{command} --help` says what there is."


def _complain(text: str, code: ExitCode) -> ExitCode:
    say(f"{text}\n", sys.stderr)
    return code


def _own_up(error: Exception) -> ExitCode:
    """Say that it is a defect of ours and where its traceback is: in the run's log, else here."""
    logged = getattr(error, "logged_in", None)
    where = f"The traceback is in {logged}." if logged else "".join(traceback.format_exception(error)).rstrip()
    return _complain(
        f"defect: {type(error).__name__}: {error}\n  This is dynadrill's fault, not yours or the table's. {where}",
        ExitCode.DEFECT,
    )


def _log_defect(log: Path) -> None:
    """Append the traceback of what is being handled to a run's log, and note on it where it is."""
    error = sys.exception()
    if isinstance(error, Exception) and not isinstance(error, DrillError) and log.parent.exists():
        with log.open("a", encoding="utf-8") as lines:
            lines.write("".join(traceback.format_exception(error)))
        error.logged_in = log  # type: ignore[attr-defined]


def _watch(*, quiet: bool) -> "Watch":
    from rich.console import Console  # noqa: PLC0415 -- see HEAVY

    from .watch import SilentWatch, TerminalWatch  # noqa: PLC0415

    if quiet or not sys.stderr.isatty():
        return SilentWatch()
    return TerminalWatch(Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")) or None), time.monotonic)


def _show(content: Any) -> int:
    from .report import to_text  # noqa: PLC0415 -- see HEAVY

    say(to_text(content, screen_of(sys.stdout)), sys.stdout)
    return ExitCode.PASS
