"""What a sweep found and did: the content of its JSON."""

from typing import Literal

from ..json_model import JsonModel

SCHEMA: Literal["dynadrill.sweep/1"] = "dynadrill.sweep/1"


class Left(JsonModel):
    """One thing of a run.

    `name` is a table's name (`name@region` outside the home Region), else an ARN. `made_at`, `age_s` and `bytes_` are
    null where the target does not say; an age is by the target's clock. `monthly_cost_usd` is an estimate at the table
    of prices, null where nothing is said of its size. `why` says why it is still there; empty where it is gone, or was
    only listed.
    """

    kind: str
    region: str
    name: str
    made_at: float | None
    age_s: float | None = None
    bytes_: int | None
    monthly_cost_usd: float | None
    state: str = ""
    removed: bool = False
    why: str = ""


State = Literal["dead", "running", "young"]


class SweptRun(JsonModel):
    """One run.

    `state` is `dead` (nobody runs it any more), `running` (it is left alone), or `young` (nobody here knows whether it
    runs, and it is younger than `--older-than`: it is left alone).
    """

    run: str
    target: str
    account: str
    state: State
    folder: str
    left: list[Left]

    @property
    def remaining(self) -> list[Left]:
        """What is of a dead run and still there."""
        return [] if self.state != "dead" else [each for each in self.left if not each.removed]


class Sweep(JsonModel):
    """A whole sweep. `not_looked` says where nobody could look, and why: what is there is not known."""

    schema_: Literal["dynadrill.sweep/1"] = SCHEMA
    version: str
    removing: bool
    runs: list[SweptRun]
    not_looked: list[str]
    monthly_cost_usd: float
    exit_code: int
