"""Runs commands of dynadrill in children of one started Python, and kills them at a call: `python killing.py`.

Reads JSON lines `{"arguments": [...], "operation": "...", "number": 1, "answered": false}` and answers each with the
child's exit code, negative for a signal. The child kills itself when it asks for the operation for the number-th time:
just before the call is sent, or where `answered` holds, just after it was answered and before anybody learned of it.
Without an operation the child runs to its end.
"""

import json
import os
import signal
import sys
from typing import Any

from dynadrill.drills import batch
from dynadrill.drills.cli import main
from dynadrill.drills.sweeping import command
from dynadrill.drills.targets import remote
from dynadrill.drills.targets.clients import Place, endpoint_of
from dynadrill.drills.targets.hooks import Hooks
from dynadrill.fixtures.pools import pools

READY = (batch, command, remote)
"""Imported before the forks, so that no child has to."""


def serve() -> None:
    """Fork a child for each line; what boto3 reads from disk is read once, before."""
    for service in ("dynamodb", "backup", "s3", "kms", "ssm", "sts"):
        endpoint_of(Place(os.environ["AWS_ENDPOINT_URL"], "us-east-1"), service)
    pools(1)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            live(**asked)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def live(arguments: list[str], operation: str = "", number: int = 0, *, answered: bool = False) -> None:
    """Be the child."""
    log = os.open(os.environ["KILLING_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    left = [number]

    def fatal(model: Any) -> bool:
        left[0] -= f"{model.service_model.service_name}:{model.name}" == operation
        return left[0] == 0

    look, learn = Hooks.asked, Hooks.answered

    def asked(self: Hooks, params: Any, model: Any, context: Any, **others: Any) -> None:
        look(self, params=params, model=model, context=context, **others)
        if operation and not answered and fatal(model):
            os.kill(os.getpid(), signal.SIGKILL)

    def told(self: Hooks, parsed: Any, model: Any, context: Any, **others: Any) -> None:
        if operation and answered and fatal(model):
            os.kill(os.getpid(), signal.SIGKILL)
        learn(self, parsed=parsed, model=model, context=context, **others)

    Hooks.asked, Hooks.answered = asked, told  # type: ignore[method-assign] # this process alone, and not for long
    os._exit(main(arguments))


if __name__ == "__main__":
    serve()
