"""`dynadrill judge`."""

from .. import options
from . import Action


def judge(
    run_folder: options.RunArgument,
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Judge a stored run again, from its evidence alone; exits as the run did."""

    def action() -> int:
        from ..output import Output  # noqa: PLC0415 -- see HEAVY
        from ..rejudging import judge_again  # noqa: PLC0415

        return judge_again(run_folder, Output(json, junit, quiet))

    return action
