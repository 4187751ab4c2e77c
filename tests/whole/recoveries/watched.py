"""A recovery with something around each of its parts: to see which calls are its own, or to kill it in between."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.model import OperationModel
from dynadrill.drills.iam.asked import Asked
from dynadrill.drills.iam.needs import needs_of
from dynadrill.drills.load.virtual import VirtualTraffic
from dynadrill.drills.promise import Method, PromiseKind
from dynadrill.drills.recovery import (
    CatchingUp,
    FailingBack,
    Founding,
    PlannedTable,
    Recovered,
    Recovery,
    RecoveryTools,
)
from dynadrill.drills.target import Capability
from dynadrill.drills.targets.hooks import ASKED, Hooks

Around = Callable[[str, RecoveryTools, Callable[[], Any]], Any]
"""Does a part of a recovery: its name, what it works with, and the part itself."""


@dataclass
class Watched:
    """A recovery whose parts are done by somebody else."""

    inner: Any
    around: Around

    @property
    def needs(self) -> tuple[Capability, ...]:
        """As the recovery's own."""
        return tuple(self.inner.needs)

    @property
    def promise(self) -> PromiseKind:
        """As the recovery's own."""
        return PromiseKind(self.inner.promise)

    @property
    def method(self) -> Method | None:
        """As the recovery's own."""
        method: Method | None = self.inner.method
        return method

    @property
    def every_s(self) -> float:
        """As the recovery's own; never where it keeps nothing up."""
        return float(getattr(self.inner, "every_s", 1e9))

    def arm(self, tools: RecoveryTools) -> None:
        """Arm it."""
        self.around("arm", tools, lambda: self.inner.arm(tools))

    def protect(self, tools: RecoveryTools) -> None:
        """Keep it up."""
        if hasattr(self.inner, "protect"):
            self.around("protect", tools, lambda: self.inner.protect(tools))

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Let it recover."""
        recovered: Recovered = self.around("recover", tools, lambda: self.inner.recover(tools))
        return recovered


class WatchedToTheEnd(Watched):
    """One whose new table follows the old one until users are cut over."""

    def before_cutover(self, tools: RecoveryTools) -> None:
        """Let it catch up."""
        self.around("before_cutover", tools, lambda: self.inner.before_cutover(tools))


class WatchedThereAndBack(Watched):
    """One that takes users back when the disaster has passed."""

    def before_failback(self, tools: RecoveryTools) -> None:
        """Let it look whether home is there."""
        self.around("before_failback", tools, lambda: self.inner.before_failback(tools))

    def at_failback(self, tools: RecoveryTools) -> None:
        """Let it show that nothing is missing there."""
        self.around("at_failback", tools, lambda: self.inner.at_failback(tools))


class WatchedFromTheStart(WatchedThereAndBack):
    """One whose protection a table is given while it is empty, and that takes users back."""

    def unfit(self, table: PlannedTable) -> str | None:
        """As the recovery's own."""
        why: str | None = self.inner.unfit(table)
        return why

    def found(self, tools: RecoveryTools) -> None:
        """Give it to the table."""
        self.around("found", tools, lambda: self.inner.found(tools))


def watched(recovery: Recovery, around: Around) -> Recovery:
    """The recovery, with something around its parts."""
    if isinstance(recovery, Founding):
        return WatchedFromTheStart(recovery, around)
    if isinstance(recovery, FailingBack):
        return WatchedThereAndBack(recovery, around)
    return WatchedToTheEnd(recovery, around) if isinstance(recovery, CatchingUp) else Watched(recovery, around)


@dataclass
class OwnCalls:
    """The calls that a recovery makes itself, with those on items, and without its users' and the drill's own."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    """Operations, those of other services than DynamoDB as `backup:StartCopyJob`, with the names of what they took."""
    needed: set[str] = field(default_factory=set)
    """The IAM actions that they need, with the tags that they are given on their way."""
    _counting: bool = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The recovery is at work: what is called now is its own."""
        self._counting = True
        try:
            yield
        finally:
            self._counting = False

    def around(self, _part: str, _tools: RecoveryTools, part: Callable[[], Any]) -> Any:
        """What is around each part of the recovery."""
        with self.at_work():
            return part()

    def asked(self, operation: str, params: Iterable[str], *, own: bool) -> None:
        """A call is about to leave."""
        if own:
            self.seen.setdefault(operation, set()).update(params)

    def answered(self, operation: str, *, own: bool) -> None:
        """A call was done."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Be at every call that leaves the process."""
        ask, answered, run_due = Hooks.ask, Hooks.answered, VirtualTraffic.run_due

        def before(hooks: Hooks, *, model: OperationModel, params: dict[str, Any], **named: Any) -> bool:
            service = model.service_model.service_name
            name = model.name if service == "dynamodb" else f"{service}:{model.name}"
            own = self._counting
            self.asked(name, params, own=own)
            done = ask(hooks, model=model, params=params, **named)
            if own:
                asked = Asked(service, model.name, params, "123456789012", "us-east-1")
                self.needed |= {need.action for need in needs_of(asked)}
            return done

        def after(hooks: Hooks, *, context: dict[str, Any], **named: Any) -> None:
            self.answered(context[ASKED].logged_as, own=self._counting)
            answered(hooks, context=context, **named)

        def users(traffic: VirtualTraffic, until_at: float) -> None:
            counting, self._counting = self._counting, False
            run_due(traffic, until_at)
            self._counting = counting

        patch.setattr(Hooks, "ask", before)
        patch.setattr(Hooks, "answered", after)
        patch.setattr(VirtualTraffic, "run_due", users)
