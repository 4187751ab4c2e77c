"""A time machine for tests: within the process, with boto3 clients that reach nothing else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config

from ..errors import UsageError
from ..quantities import LAST_INSTANT, parse_instant
from ..timemachine.calls import DEFAULT_ACCOUNT, DEFAULT_REGION
from ..timemachine.fault_forms import fault_of
from ..timemachine.faults import Fault, Faults
from ..timemachine.global_tables.replication import Replication
from ..timemachine.keys_at_rest import Keys
from ..timemachine.machine import ManualClock, TimeMachine
from ..timemachine.outages import Outages
from .clients import NOT_FROM_ENVIRONMENT, away_from_files
from .in_process import READ_TIMEOUT_S, Answering

START_AT: Final = 1_767_225_600.0
"""Where time begins unless a test says otherwise: 2026-01-01T00:00:00Z, the same in every run."""
ENDPOINT: Final = "http://127.0.0.1:1"
"""Nobody listens there, and nobody is asked: every request is answered within the process."""


class LocalTimeMachine:
    """A time machine of one test: all accounts and Regions, and a clock that stands still until it is moved.

    It patches nothing: other clients of the same process go where they went before.

    Args:
        seed: durations, identifiers and faults are drawn from it.
        start_at: where time begins: epoch seconds, a `datetime` with a zone, or ISO 8601 with a zone.
        durations: kinds of work that take a fixed time, in seconds of target time: `{"restore": 60}`.

    Raises:
        UsageError: a duration or a time is none.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start_at: float | str | datetime = START_AT,
        durations: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.clock = ManualClock(_instant(start_at))
        self.machine = TimeMachine(self.clock, seed=seed, durations=durations)

    def client(self, service: str, region_name: str = DEFAULT_REGION, **options: Any) -> Any:
        """A boto3 client of the default account; `options` are boto3's, such as `config`."""
        session: Any = self.session(region_name)  # boto3's has an overload for each service
        return session.client(service, **options)

    def resource(self, service: str, region_name: str = DEFAULT_REGION, **options: Any) -> Any:
        """A boto3 resource of the default account; `options` are boto3's."""
        session: Any = self.session(region_name)  # boto3's has an overload for each service
        return session.resource(service, **options)

    def session(self, region: str = DEFAULT_REGION, account: str = DEFAULT_ACCOUNT) -> boto3.Session:
        """A boto3 session whose clients and resources are all answered by this machine.

        Args:
            region: where its clients are unless one is told otherwise.
            account: twelve digits.

        Raises:
            UsageError: that is no account.
        """
        if len(account) != len(DEFAULT_ACCOUNT) or not account.isdecimal():
            raise UsageError(f"{account!r} is no account", "An account is a number of twelve digits.")
        return LocalSession(self.machine, region, account)

    def now(self) -> float:
        """This instant, epoch seconds; what `RestoreDateTime` takes."""
        return self.clock.now()

    def advance(self, by: float | timedelta) -> float:
        """Let time pass, and with it whatever falls due on the way; gives the new instant.

        Raises:
            UsageError: it is negative, as time does not go back, or leads beyond the year 9999.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if not seconds >= 0:
            raise UsageError(f"time cannot be moved by {seconds:g} s", "Give seconds, 0 or more.")
        to_at = self.clock.now() + seconds
        if to_at > LAST_INSTANT:
            raise UsageError(f"time cannot be moved by {seconds:g} s", "The last year is 9999.")
        self.clock.set_forward(to_at)
        self.machine.fleet.journal.catch_up()
        return self.now()

    @property
    def faults(self) -> Faults:
        """The faults that are on."""
        return self.machine.fleet.faults

    def fault(self, effect: str, **where: object) -> Fault:
        """Switch a fault on: `fault("throttle", operation="PutItem", times=2)`.

        Raises:
            UsageError: there is no such fault.
        """
        return self.faults.add(fault_of({"effect": effect, **where}))

    @property
    def outages(self) -> Outages:
        """The Regions that are down."""
        return self.machine.fleet.outages

    @property
    def keys(self) -> Keys:
        """Keys of KMS: `keys.take_away("alias/orders")`, `keys.give_back(...)`."""
        return self.machine.fleet.keys

    @property
    def replication(self) -> Replication:
        """Replication of global tables: its lag, its pauses, what is under way."""
        return self.machine.fleet.replication

    def reset(self) -> None:
        """Forget every table, backup, fault and outage; the clock stays where it is."""
        self.machine.reset()


class LocalSession(boto3.Session):
    """A boto3 session that reads no file of the user's, and reaches only one machine."""

    def __init__(self, machine: TimeMachine, region: str, account: str) -> None:
        self._machine = machine
        super().__init__(
            aws_access_key_id=account,
            aws_secret_access_key="dynadrill",  # noqa: S106 - it opens nothing
            region_name=region,
            botocore_session=away_from_files(botocore.session.Session()),
        )

    def client(self, *names: Any, **options: Any) -> Any:
        """See `boto3.Session.client`."""
        options.setdefault("endpoint_url", ENDPOINT)
        options["config"] = Config(**NOT_FROM_ENVIRONMENT).merge(options.get("config") or Config())
        client = super().client(*names, **options)
        timeout: Any = client.meta.config.read_timeout
        patience_s = float(timeout) if isinstance(timeout, int | float) else READ_TIMEOUT_S
        client.meta.events.register("before-send", Answering(self._machine, patience_s))
        return client


def _instant(at: float | str | datetime) -> float:
    if isinstance(at, str):
        return parse_instant(at)
    if not isinstance(at, datetime):
        return float(at)
    if at.tzinfo is None:
        raise UsageError(f"{at.isoformat()} is a local time", "Give it a zone: datetime(2026, 1, 1, tzinfo=UTC).")
    return at.timestamp()
