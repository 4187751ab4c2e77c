"""`dynadrill plan`."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action
from .watching import watch

CHECK = "restore-check"
SEED = 1
"""The same plan every time."""
DRILL_PANEL, CHECK_PANEL = "For a drill", "For a restore-check"


def _text(text: str, metavar: str, panel: str | None = None) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=text, rich_help_panel=panel)
    return option


What: TypeAlias = Annotated[
    str, typer.Argument(metavar="SCENARIO|FILE.py|restore-check", help="The drill, or the check, that is planned.")
]
Table: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="[TABLE|ARN]", help="With restore-check: your table, which is described.")
]
Policy: TypeAlias = Annotated[
    str | None, typer.Option("--policy", metavar="FILE|-", help="Write the IAM policy here: the least that is enough.")
]
Check: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Ask whether your credentials are allowed all of it: IAM's policy simulator, where that may be asked, or "
        "calls that only read.",
    ),
]
PlanJson: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE|-", help="Write the plan as JSON; its policy names no account.", show_default=False
    ),
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no page.")]
Recovery: TypeAlias = Annotated[str | None, _text("Another way back than the scenario's.", "NAME", DRILL_PANEL)]
Disaster: TypeAlias = Annotated[str | None, _text("Another disaster than the scenario's.", "NAME", DRILL_PANEL)]
Items: TypeAlias = Annotated[int | None, _text("How many items to start from.", "N", DRILL_PANEL)]
Rate: TypeAlias = Annotated[float | None, _text("Operations per second of all users.", "N", DRILL_PANEL)]
To: TypeAlias = Annotated[str | None, _text("The restore point, as run and restore-check take it.", "POINT")]
Endpoint: TypeAlias = Annotated[str | None, _text("The same as --target http://HOST:PORT.", "URL", CHECK_PANEL)]
Method: TypeAlias = Annotated[str, _text("pitr, backup or aws-backup.", "pitr|backup|aws-backup", CHECK_PANEL)]
Against: TypeAlias = Annotated[str | None, _text("As restore-check takes it.", "COPY", CHECK_PANEL)]
ChangedAt: TypeAlias = Annotated[str | None, _text("As restore-check takes it.", "ATTR", CHECK_PANEL)]
Region: TypeAlias = Annotated[str | None, _text("Restore into this Region.", "REGION", CHECK_PANEL)]
Role: TypeAlias = Annotated[str | None, _text("What AWS Backup acts as.", "ARN", CHECK_PANEL)]

EPILOG = (
    "Exit codes: 0 planned (and, with --check, all of it allowed), 2 some of it could not be asked, "
    "4 the target cannot do it, 5 a permission is missing, 64 wrong usage, 70 a defect of dynadrill."
)


def plan(  # noqa: PLR0913, PLR0917 -- one parameter per option
    what: What,
    table: Table = None,
    target: options.Target = None,
    policy: Policy = None,
    check: Check = False,  # noqa: FBT002 -- a flag
    to: To = None,
    recovery: Recovery = None,
    disaster: Disaster = None,
    items: Items = None,
    rate: Rate = None,
    endpoint: Endpoint = None,
    method: Method = "pitr",
    against: Against = None,
    changed_at: ChangedAt = None,
    region: Region = None,
    role: Role = None,
    json: PlanJson = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Say what a drill or a restore-check is going to do, before it does anything.

    Every call of AWS, every resource, how long it takes, what it costs, and the IAM policy that is just enough. The
    drill is rehearsed for it, small, on the embedded machine; on the target nothing is made or changed. Durations are
    that machine's model, and no promise of AWS's; the cost is an estimate at list prices.

    Examples:
    - What would this drill do on AWS, and cost?
      dynadrill plan bad_batch_delete --target aws:eu-west-1

    - The policy for a role that does it every night:
      dynadrill plan restore-check orders --against export --target aws:eu-west-1 --policy policy.json

    - Am I allowed all of it?
      dynadrill plan bad_overwrite --target aws:eu-west-1 --check
    """

    def action() -> int:
        from ..checking.asked import Asked as Check  # noqa: PLC0415 -- see HEAVY
        from ..config.reading import read_config  # noqa: PLC0415
        from ..errors import UsageError  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from ..plan import Asked as Drill  # noqa: PLC0415
        from ..planning import command  # noqa: PLC0415

        config = read_config(os.environ, Path.cwd())
        around = command.Around(os.environ, config, watch(quiet=quiet))
        wanted, output = command.Wanted(policy, check), Output(json, None, quiet)
        try:
            if what == CHECK:
                if table is None:
                    raise UsageError("restore-check of which table", "Write dynadrill plan restore-check TABLE.")
                asked = Check(
                    table=table, target=target, endpoint=endpoint, to=to or "latest", method=method, against=against,
                    changed_at=changed_at, region=region, role=role,
                )  # fmt: skip
                return command.plan_check(asked, wanted, output, around)
            if table is not None:
                raise UsageError(f"{what} is a drill, which makes its own table: {table} has no place", "Leave it out.")
            drill = Drill(
                scenario=what, seed=SEED, target=target or config.defaults.target or "embedded",
                recovery=recovery, disaster=disaster, items=items, rate=rate, to=to or "auto", config=config,
            )  # fmt: skip
            return command.plan_drill(drill, wanted, output, around)
        finally:
            around.watch.close()

    return action
