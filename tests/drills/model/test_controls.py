"""The negative controls on random evidence: they find what they planted, and say so when a detector is blind."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from dynadrill.drills import planted
from dynadrill.drills.diff import Diff, ItemClass, Seen, diff
from dynadrill.drills.ledger import Expectation, WritesByKey, carried_on, rewound, undone
from dynadrill.drills.overlay import Overlay
from dynadrill.drills.planted import prove_detector
from dynadrill.drills.typed import OTHER_VALUES, SAME_VALUES

from .test_classes import anything
from .world import END, NEW, SOURCE, STRUCK_AT, Shape, World, seen, worlds

TYPES = len(OTHER_VALUES) + len(SAME_VALUES)
Evidence = tuple[Expectation, Seen, WritesByKey]


def rewind(world: World) -> Evidence:
    """Snapshot 1, right or wrong in any way, held to a rewind."""
    point_at, wide = world.random.randrange(10, STRUCK_AT), world.random.choice((0, 5))
    table = world.state(point_at) if world.random.random() < 0.5 else anything(world)
    ledger = world.ledger()
    return rewound(ledger, SOURCE, point_at, -wide, wide), seen(table), ledger.physical(SOURCE)


def in_place(world: World) -> Evidence:
    """Snapshot 2 of the table that was struck, held to an undo."""
    table = world.state(END + 40) if world.random.random() < 0.5 else anything(world)
    ledger = world.ledger()
    return undone(ledger, SOURCE), seen(table, END + 50, END + world.random.choice((50, 60))), ledger.physical(SOURCE)


def in_service(world: World) -> Evidence:
    """Snapshot 2 of a new table, held to a rewind and what was written since."""
    restored = world.state(30)
    world.later(NEW, END + 5, 6)
    table = world.state(END + 40, NEW, since=restored) if world.random.random() < 0.5 else anything(world)
    ledger = world.ledger()
    promise = carried_on(rewound(ledger, SOURCE, 30, -3, 3), ledger, NEW)
    return promise, seen(table, END + 50, END + 60), ledger.anywhere()


@pytest.mark.parametrize("evidence", [rewind, in_place, in_service])
@pytest.mark.parametrize("keys", [1, 5])
def test_every_planted_defect_is_caught_whatever_the_evidence(evidence: Callable[[World], Evidence], keys: int) -> None:
    """One defect of each class, and a torn transaction, are each counted once and named."""
    for world in worlds(900, Shape(keys=keys, writes=(1, 15), values=world_values(keys), transactions=0.3)):
        expectation, found, physical = evidence(world)
        before = diff(expectation, found, physical)
        result = prove_detector(expectation, found, physical, before)
        assert not result.missed, (world.seed, result.missed)
        assert result.planted == TYPES + (7 if expectation.premature_after is not None else 6)
        assert result.caught == result.planted


def world_values(keys: int) -> int:
    """Repeated values where keys are few, else unique ones: real keys fit more classes then."""
    return 3 if keys == 1 else 0


BLIND = [item_class for item_class in ItemClass if item_class is not ItemClass.INTACT]


@pytest.mark.parametrize("blind_to", [*BLIND, "torn"])
@pytest.mark.parametrize("keys", [0, 5])
def test_a_detector_that_is_blind_to_one_class_is_found_out(
    blind_to: ItemClass | str, keys: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control can fail: with one class away from the diff, that class is what is reported as missed."""

    def blinded(expectation: Expectation, seen: Seen, physical: WritesByKey) -> Diff:
        found = diff(expectation, seen, physical)
        if blind_to == "torn":
            return replace(found, torn=())
        hidden = len(found.findings.get(ItemClass(blind_to), ()))
        kept = {c: findings for c, findings in found.findings.items() if c != blind_to}
        return replace(found, findings=kept, intact=found.intact + hidden)

    monkeypatch.setattr(planted, "diff", blinded)
    for world in worlds(60, Shape(keys=keys, writes=(2, 15)) if keys else Shape(keys=1, writes=(1, 1))):
        expectation, found, physical = rewind(world)
        result = prove_detector(expectation, found, physical, blinded(expectation, found, physical))
        missed = [what.split(" ")[0].rstrip(":") for what in result.missed]
        typed = ["other"] * len(OTHER_VALUES) if blind_to is ItemClass.PHANTOM else []
        assert missed == [str(blind_to), *typed], world.seed
        assert result.caught == result.planted - len(missed)


@pytest.mark.parametrize("taken_for", BLIND)
def test_a_detector_that_takes_one_class_for_another_is_found_out(
    taken_for: ItemClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phantom that is reported as anything else is missed."""

    def confused(expectation: Expectation, seen: Seen, physical: WritesByKey) -> Diff:
        found = diff(expectation, seen, physical)
        findings = dict(found.findings)
        phantoms = list(findings.pop(ItemClass.PHANTOM, ()))
        findings[taken_for] = [*findings.get(taken_for, ()), *phantoms]
        return replace(found, findings=findings)

    monkeypatch.setattr(planted, "diff", confused)
    for world in worlds(40, Shape(keys=4)):
        expectation, found, physical = rewind(world)
        result = prove_detector(expectation, found, physical, confused(expectation, found, physical))
        assert bool(result.missed) == (taken_for is not ItemClass.PHANTOM), world.seed


def test_planting_leaves_the_evidence_as_it_was() -> None:
    """Defects lie in an overlay: the diff afterwards is the diff before."""
    for world in worlds(200, Shape(keys=4)):
        expectation, found, physical = rewind(world)
        before = diff(expectation, found, physical)
        prove_detector(expectation, found, physical, before)
        assert diff(expectation, found, physical) == before


def test_an_overlay_is_a_mapping_with_entries_laid_over_and_taken_out() -> None:
    """Its items, length, membership and lookups agree with those of the dictionary that it stands for."""
    for world in worlds(300, Shape(keys=1)):
        base, over = ({world.random.randrange(6): world.random.randrange(9) for _ in range(4)} for _ in range(2))
        without = frozenset(world.random.sample(range(6), 2))
        overlay = Overlay[int](base, over, without)  # type: ignore[arg-type]
        plain = {k: v for k, v in base.items() if k not in without} | over
        assert dict(overlay.items()) == plain
        assert len(overlay) == len(plain)
        for one in range(7):
            assert (one in overlay, overlay.get(one), overlay.get(one, 8)) == (
                one in plain,
                plain.get(one),
                plain.get(one, 8),
            )
