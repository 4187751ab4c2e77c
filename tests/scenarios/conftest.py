"""Disasters on a table of their own, on a time machine within the test: what each leaves behind, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.disaster import Clue, Staged
from dynadrill.drills.history import Act, History, Who, Write
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.scan import take_snapshot
from dynadrill.drills.settings import Settings
from dynadrill.drills.settings_reading import read_settings
from dynadrill.drills.striking import Blow
from dynadrill.drills.table_settings import put_settings_on
from dynadrill.drills.target import Target, table_prefix
from dynadrill.drills.targets.embedded import within
from dynadrill.drills.values import Item, Key, canonical_value, key_of

STARTS_AT = 1_772_722_800.0
RUN = "0123abcd"


@dataclass(frozen=True)
class Struck:
    """What a disaster did to a table: items and settings before and after, its own writes and acts, its clue."""

    before: dict[Key, Item]
    after: dict[Key, Item] | None
    settings_before: Settings
    settings_after: Settings | None
    clue: Clue
    history: History
    table: str
    target: Target
    items: Callable[[], dict[Key, Item]]
    """What the table holds now."""

    @property
    def writes(self) -> list[Write]:
        """The disaster's writes."""
        return [write for write in self.history.writes if write.who is Who.DISASTER]

    @property
    def acts(self) -> list[Act]:
        """What it did beside writing."""
        return list(self.history.acts)

    @property
    def changed(self) -> set[Key]:
        """The keys under which something else is found than before."""
        after = self.after or {}
        return {key for key in {*self.before, *after} if self.before.get(key) != after.get(key)}

    def told(self) -> set[Key]:
        """The keys that the disaster wrote to, as its history says."""
        return {write.key for write in self.writes}


Strikes = Callable[..., Struck]


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    """A time machine of the test's own."""
    opened = within(run_id=RUN, folder=tmp_path, seed=1, starts_at=STARTS_AT, on_jump=lambda *_: None)
    yield opened
    opened.close()


@pytest.fixture
def strikes(target: Target, tmp_path: Path) -> Strikes:
    """Strike a table of a fixture with a disaster, and answer what came of it."""

    def strike(disaster: Any, fixture: Any, items: int = 200, seed: int = 1) -> Struck:
        table = f"{table_prefix(RUN)}{fixture.table_name}"
        control = target.control()
        control.create_table(TableName=table, **fixture.table())
        for item in fixture.items(seed, items):
            target.data().put_item(TableName=table, Item=item)
        put_settings_on(control, table, fixture.settings, target.clock)
        target.clock.wait(10.0, "so that there is a past")
        with Recorder(tmp_path / "history", "drill") as recorder:
            drill: Any = SimpleNamespace(
                target=target, source=table, key_attributes=fixture.key_attributes, clock=target.clock,
                plan=SimpleNamespace(seed=seed), recorder=recorder,
            )  # fmt: skip
            blow = Blow(drill, Writer(Who.DISASTER, recorder, target.data(), target.clock, target.data))
            if isinstance(disaster, Staged):
                disaster.stage(blow.tools())
            before, settings_before = _items(target, table, fixture.key_attributes), read_settings(control, table)
            clue = disaster.strike(blow.tools())
            blow.struck()
        lost = target.world is not None and bool(target.world.lost_regions())
        there = not lost and _answers(control, table)
        return Struck(
            before=before,
            after=_items(target, table, fixture.key_attributes) if there else None,
            settings_before=settings_before,
            settings_after=read_settings(control, table) if there else None,
            clue=clue,
            history=read_history(tmp_path / "history"),
            table=table,
            target=target,
            items=lambda: _items(target, table, fixture.key_attributes),
        )

    return strike


def _answers(control: Any, table: str) -> bool:
    """Whether a table is there and can be read."""
    if table not in control.list_tables()["TableNames"]:
        return False
    return bool(control.describe_table(TableName=table)["Table"]["TableStatus"] == "ACTIVE")


def _items(target: Target, table: str, key_attributes: tuple[str, ...]) -> dict[Key, Item]:
    snapshot, fault = take_snapshot(target.data(), table, key_attributes, target.clock)
    assert not fault
    items = {key: snapshot.item(key) or {} for key in snapshot.rows}
    assert all(key_of(item, key_attributes) == key for key, item in items.items())
    return {key: {name: canonical_value(typed) for name, typed in item.items()} for key, item in items.items()}
