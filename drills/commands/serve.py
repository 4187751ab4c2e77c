"""`dynadrill serve`."""

import sys

from .. import options
from . import Action


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
        from .. import serving  # noqa: PLC0415 -- see HEAVY

        asked = serving.Serving(port, clock, start_at, seed, duration or [], fault or [], outage or [])
        return serving.serve(asked, sys.stdout)

    return action
