"""Each claim, on a drill that went well and on the same drill spoiled: it holds, it breaks, or nobody can tell."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.history import Act, Told, Who
from dynadrill.drills.marks import Mark
from dynadrill.drills.verdict import Outcome

from .conftest import NEW

NOT_ASKED = {"rpo_s": None, "rto_s": None, "max_lost_after": None}


def spoil(name: str, story: Any) -> None:
    """Change one thing about a story."""
    writes, restored, service, record = story.writes, story.restored, story.in_service, story.record
    newer = writes[3]
    linked_to_z = {"id": {"S": "a"}, "next": {"S": "z"}}
    turn = {"id": {"S": "a"}, "next": {"S": "c"}}

    def sort() -> None:
        record["key_attributes"] = ["id", "sort"]

    def ring() -> None:
        record["fixture"] = "ring"

    def back() -> Any:
        story.fail_back()
        return story

    changes: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "users went back": back,
        "users could not go back": lambda: record.update(failback={"left": NEW, "refused": "it is behind"}),
        "users went back and nobody wrote": lambda: back().writes.pop(-1),
        "users went back and nobody read": lambda: back().reads.pop(-1),
        "users went back and read what is old": lambda: back().reads.__setitem__(
            -1, story.reads[-1]._replace(digest=writes[2].digest)
        ),
        "users went back and are not done": lambda: (back(), setattr(story, "final", False)),
        "users went back to a table that is behind": lambda: back().in_service.update(b="b1"),
        "users went back and left a table that is behind": lambda: back().left.update(c="c1"),
        "users went back and left a table unseen": lambda: setattr(back(), "left", None),
        "users went back to a table without protection": lambda: (
            back().record["failback"]["settings"].update(deletion_protection=False)
        ),
        "a key is not restored": lambda: restored.pop("b", None),
        "a key is lost in service": lambda: service.pop("c", None),
        "the bad value is restored": lambda: restored.update(c="bad"),
        "an old value is restored": lambda: restored.update(a="a1"),
        "a later value is restored": lambda: restored.update(a="a3"),
        "a value of nobody's is restored": lambda: restored.update(z="z9"),
        "no snapshot in service": lambda: setattr(story, "without", frozenset({"in_service"})),
        "no snapshot at all": lambda: setattr(story, "without", frozenset({"in_service", "restored"})),
        "a snapshot cut short": lambda: (restored.pop("b"), setattr(story, "complete", False)),
        "damaged history": lambda: story.damage.append("part:1: not JSON"),
        "a transaction": lambda: writes.extend(
            newer._replace(op="t", key=writes[n].key, digest=v, in_transaction=True, asked_at=995.0, told_at=995.1)
            for n, v in ((1, b"txn-b..........."), (2, b"txn-c..........."))
        ),
        "another point promised": lambda: record["promise"].update(point_at=990.0),
        "no promise": lambda: record.update(promise=None),
        "an undo promised": lambda: record.update(
            promise={"kind": "undo", "point_at": None, "boundary_s": None, "found_from": ""}
        ),
        "protection is off": lambda: record.update(
            settings_after={**record["settings_after"], "deletion_protection": False}
        ),
        "less warm than it was": lambda: record.update(
            settings_before={**record["settings_before"], "warm_throughput": {"table": (9, 9)}},
            settings_after={**record["settings_after"], "warm_throughput": {"table": (8, 9)}},
        ),
        "a setting seen on one side only": lambda: record.update(
            settings_after={**record["settings_after"], "table_class": "STANDARD"}
        ),
        "nothing was to be restored": lambda: record.update(
            recovery="nothing", tables={**record["tables"], "restored": None}
        ),
        "settings not seen": lambda: record.update(settings_after=None),
        "settings not recorded": lambda: record.update(settings_before=None),
        "RPO of half a second": lambda: record["objectives"].update(rpo_s=0.5),
        "RPO of 2 s, a write lost at 999": lambda: (
            record["objectives"].update(rpo_s=0.9),
            writes.append(newer._replace(op="x", digest=b"x" * 16, asked_at=999.0, told_at=999.1)),
        ),
        "no objectives": lambda: record.update(objectives=NOT_ASKED),
        "none may be lost after": lambda: record["objectives"].update(max_lost_after=0),
        "RTO of a minute": lambda: record["objectives"].update(rto_s=60.0),
        "nobody wrote again": writes.pop,
        "nobody read again": story.reads.clear,
        "not over yet": lambda: setattr(story, "final", False),
        "no user wrote before": lambda: writes.remove(newer),
        "users were not told before": lambda: writes.__setitem__(3, newer._replace(told_at=None, outcome=Told.INFO)),
        "the disaster was refused": lambda: writes.__setitem__(
            slice(4, 6), [w._replace(outcome=Told.FAIL) for w in writes[4:6]]
        ),
        "the disaster was prevented": lambda: (
            spoil("the disaster was refused", story),
            spoil("an undo promised", story),
            record["promise"].update(kind="prevent"),
            story.acts.append(Act("DeleteTable", 1000.0, "ValidationException: protected")),
        ),
        "the disaster was to be prevented": lambda: (
            spoil("an undo promised", story),
            record["promise"].update(kind="prevent"),
        ),
        "an act was refused": lambda: (
            spoil("the disaster was refused", story),
            story.acts.append(Act("DeleteTable", 1000.0, "ValidationException: protected")),
        ),
        "an act was done": lambda: (
            spoil("the disaster was refused", story),
            story.acts.append(Act("DeleteTable", 1000.0)),
        ),
        "the table is gone": lambda: record.update(out_of_reach="the table does not exist any more"),
        "a phantom for a missing item": lambda: (restored.pop("b"), restored.update(z="z9")),
        "a sort key": sort,
        "a sort key and a large collection": lambda: (
            sort(),
            [restored.update({f"x{n}": "v"}) for n in range(3)],
            restored.pop("b"),
        ),
        "a sort key and no snapshot": lambda: (
            sort(),
            setattr(story, "without", frozenset({"in_service", "restored"})),
        ),
        "a sort key and a snapshot cut short": lambda: (sort(), setattr(story, "complete", False)),
        "an entry is missing": lambda: story.index(("a", "b"), ("b", "c")),
        "an entry is wrong": lambda: story.index(("a", "b"), ("b", "c"), ("c", "b")),
        "an entry is missing that may come yet": lambda: (
            story.index(("a", "b"), ("b", "c")),
            writes.append(newer._replace(op="u", key=writes[2].key, told_at=None, outcome=Told.INFO)),
        ),
        "an index was not read": story.indexes.clear,
        "an index answers errors": lambda: story.index(disagreements=None),
        "nobody looked for indexes": lambda: record.update(indexes=None),
        "no indexes": lambda: record.update(indexes=[]),
        "an invariant that holds": lambda: story.own("select key from items where next = 'z'"),
        "an invariant that is broken": lambda: story.own("select key from items where next = 'b'"),
        "an invariant broken in service": lambda: (
            story.own("select key from items where next = 'z'"),
            story.items.update(in_service=[linked_to_z]),
        ),
        "an invariant that crashes": lambda: story.own("def check(items):\n    return 1 / 0", "mine.py"),
        "an invariant that is gone": lambda: story.own(None),
        "an invariant and no snapshot": lambda: (
            story.own("select key from items"),
            setattr(story, "without", frozenset({"in_service", "restored"})),
        ),
        "an invariant and a snapshot cut short": lambda: (
            story.own("select key from items where false"),
            setattr(story, "complete", False),
        ),
        "a ring": ring,
        "half a turn of a ring": lambda: (ring(), story.items["restored"].__setitem__(0, turn)),
        "half a turn in service": lambda: (
            record.update(fixture="ring"),
            story.items["in_service"].__setitem__(0, turn),
        ),
        "a ring not seen": lambda: (
            record.update(fixture="ring"),
            setattr(story, "without", frozenset({"in_service"})),
        ),
        "a ring cut short": lambda: (record.update(fixture="ring"), setattr(story, "complete", False)),
        "an unanswered write": lambda: writes.append(
            newer._replace(op="u", digest=b"u" * 16, asked_at=996.0, told_at=None, outcome=Told.INFO)
        ),
    }
    changes[name]()


PASS, FAIL, UNKNOWN, MISSED, NOT_APPLICABLE = (
    Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.MISSED, Outcome.NOT_APPLICABLE
)  # fmt: skip

CASES = [
    *((name, "nothing", PASS) for name in (
        "nothing_missing", "no_contamination", "nothing_stale", "nothing_unexpected", "consistent_cut",
        "settings_came_back", "users_work_again", "lost_little", "later_writes_kept", "recovered_in_time",
        "evidence_whole", "written_before_strike", "damage_done", "few_undecided", "table_in_reach",
    )),
    *((name, "no snapshot at all", UNKNOWN) for name in (
        "nothing_missing", "no_contamination", "nothing_stale", "nothing_unexpected", "consistent_cut", "lost_little",
        "later_writes_kept", "evidence_whole", "few_undecided",
    )),
    *((name, "no snapshot in service", UNKNOWN) for name in ("nothing_missing", "evidence_whole")),
    ("nothing_missing", "a key is not restored", FAIL),
    ("nothing_missing", "a key is lost in service", FAIL),
    ("nothing_missing", "a snapshot cut short", UNKNOWN),
    ("no_contamination", "the bad value is restored", FAIL),
    ("nothing_stale", "an old value is restored", FAIL),
    ("nothing_unexpected", "a later value is restored", FAIL),
    ("nothing_unexpected", "a value of nobody's is restored", FAIL),
    ("transactions_whole", "nothing", NOT_APPLICABLE),
    ("consistent_cut", "another point promised", FAIL),
    ("consistent_cut", "a later value is restored", FAIL),
    ("consistent_cut", "an undo promised", NOT_APPLICABLE),
    ("consistent_cut", "no promise", UNKNOWN),
    ("settings_came_back", "protection is off", FAIL),
    ("settings_came_back", "less warm than it was", PASS),
    ("settings_came_back", "settings not seen", UNKNOWN),
    ("settings_came_back", "a setting seen on one side only", UNKNOWN),
    ("settings_came_back", "nothing was to be restored", NOT_APPLICABLE),
    ("settings_came_back", "settings not recorded", UNKNOWN),
    ("lost_little", "RPO of half a second", UNKNOWN),
    ("lost_little", "RPO of 2 s, a write lost at 999", MISSED),
    ("lost_little", "no objectives", NOT_APPLICABLE),
    ("lost_little", "a key is not restored", FAIL),
    ("later_writes_kept", "none may be lost after", MISSED),
    ("later_writes_kept", "no objectives", NOT_APPLICABLE),
    ("recovered_in_time", "RTO of a minute", MISSED),
    ("recovered_in_time", "no objectives", NOT_APPLICABLE),
    ("recovered_in_time", "not over yet", NOT_APPLICABLE),
    ("recovered_in_time", "nobody wrote again", UNKNOWN),
    ("users_work_again", "nobody wrote again", FAIL),
    ("users_work_again", "nobody read again", FAIL),
    ("users_work_again", "not over yet", NOT_APPLICABLE),
    ("users_went_back", "nothing", NOT_APPLICABLE),
    ("users_went_back", "users went back", PASS),
    ("users_went_back", "users could not go back", FAIL),
    ("users_went_back", "users went back and nobody wrote", FAIL),
    ("users_went_back", "users went back and nobody read", FAIL),
    ("users_went_back", "users went back and read what is old", FAIL),
    ("users_went_back", "users went back and are not done", NOT_APPLICABLE),
    *((name, "users went back", PASS) for name in (
        "nothing_missing", "nothing_stale", "counts_agree", "users_work_again", "settings_came_back", "lost_little",
        "recovered_in_time", "evidence_whole", "table_in_reach", "few_undecided", "later_writes_kept",
    )),
    ("nothing_stale", "users went back to a table that is behind", FAIL),
    ("nothing_stale", "users went back and left a table that is behind", FAIL),
    ("nothing_stale", "users went back and left a table unseen", UNKNOWN),
    ("evidence_whole", "users went back and left a table unseen", UNKNOWN),
    ("settings_came_back", "users went back to a table without protection", FAIL),
    ("evidence_whole", "damaged history", UNKNOWN),
    ("evidence_whole", "a snapshot cut short", UNKNOWN),
    ("written_before_strike", "no user wrote before", UNKNOWN),
    ("written_before_strike", "users were not told before", UNKNOWN),
    ("damage_done", "the disaster was refused", UNKNOWN),
    ("damage_done", "an act was refused", UNKNOWN),
    ("damage_done", "an act was done", PASS),
    ("damage_done", "the disaster was prevented", PASS),
    ("damage_done", "the disaster was to be prevented", FAIL),
    ("table_in_reach", "the table is gone", FAIL),
    ("table_in_reach", "not over yet", NOT_APPLICABLE),
    ("table_in_reach", "no snapshot in service", UNKNOWN),
    ("few_undecided", "an unanswered write", UNKNOWN),
    ("counts_agree", "nothing", PASS),
    ("counts_agree", "a key is not restored", FAIL),
    ("counts_agree", "a key is lost in service", FAIL),
    ("counts_agree", "a value of nobody's is restored", FAIL),
    ("counts_agree", "a phantom for a missing item", PASS),
    ("counts_agree", "no snapshot at all", UNKNOWN),
    ("counts_agree", "a snapshot cut short", UNKNOWN),
    ("key_distribution", "nothing", NOT_APPLICABLE),
    ("key_distribution", "a sort key", PASS),
    ("key_distribution", "a sort key and a large collection", FAIL),
    ("key_distribution", "a sort key and no snapshot", UNKNOWN),
    ("key_distribution", "a sort key and a snapshot cut short", UNKNOWN),
    ("indexes_agree", "nothing", PASS),
    ("indexes_agree", "an entry is missing", FAIL),
    ("indexes_agree", "an entry is wrong", FAIL),
    ("indexes_agree", "an entry is missing that may come yet", UNKNOWN),
    ("indexes_agree", "an index was not read", UNKNOWN),
    ("indexes_agree", "an index answers errors", UNKNOWN),
    ("indexes_agree", "nobody looked for indexes", UNKNOWN),
    ("indexes_agree", "no snapshot in service", UNKNOWN),
    ("indexes_agree", "no indexes", NOT_APPLICABLE),
    ("indexes_agree", "not over yet", NOT_APPLICABLE),
    ("own_invariants", "nothing", NOT_APPLICABLE),
    ("own_invariants", "an invariant that holds", PASS),
    ("own_invariants", "an invariant that is broken", FAIL),
    ("own_invariants", "an invariant broken in service", FAIL),
    ("own_invariants", "an invariant that crashes", UNKNOWN),
    ("own_invariants", "an invariant that is gone", UNKNOWN),
    ("own_invariants", "an invariant and no snapshot", UNKNOWN),
    ("own_invariants", "an invariant and a snapshot cut short", UNKNOWN),
    ("ring_whole", "nothing", NOT_APPLICABLE),
    ("ring_whole", "a ring", PASS),
    ("ring_whole", "half a turn of a ring", FAIL),
    ("ring_whole", "half a turn in service", FAIL),
    ("ring_whole", "a ring not seen", UNKNOWN),
    ("ring_whole", "a ring cut short", UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spoiled", "expected"), CASES, ids=[f"{n}: {s}" for n, s, _ in CASES])
def test_a_claim_says(name: str, spoiled: str, expected: Outcome, story: Any) -> None:
    """A claim holds on the good drill and says what is wrong, and no more than it knows, on a spoiled one."""
    spoil(spoiled, story)
    verdict = load(Kind.VALIDATOR, name).check(story.evidence())
    assert verdict.outcome is expected, verdict.because
    assert verdict.because


def test_every_claim_can_hold_and_can_fail_to() -> None:
    """Each validator of the catalog has a case in which it holds and one in which it does not: none is for show."""
    for name in names(Kind.VALIDATOR):
        seen = {expected for validator, _, expected in (*CASES, *TRANSACTIONS) if validator == name}
        assert PASS in seen, f"{name} is never shown to hold"
        assert seen & {FAIL, UNKNOWN, MISSED}, f"{name} is never shown to break"


TRANSACTIONS = [
    ("transactions_whole", {"b": "txn-b", "c": "txn-c"}, PASS),
    ("transactions_whole", {"b": "txn-b", "c": "c1"}, FAIL),
]


@pytest.mark.parametrize(("name", "seen", "expected"), TRANSACTIONS)
def test_half_a_transaction_is_found(name: str, seen: dict[str, str], expected: Outcome, story: Any) -> None:
    """A transaction of which one key came back and the other did not breaks the claim; a whole one does not."""
    spoil("a transaction", story)
    story.restored.update(seen)
    assert load(Kind.VALIDATOR, name).check(story.evidence()).outcome is expected


def test_a_fault_names_keys(story: Any) -> None:
    """S2-02: what is missing is named by its key, with what deleted it."""
    spoil("a key is not restored", story)
    because = load(Kind.VALIDATOR, "nothing_missing").check(story.evidence()).because
    assert "1 key missing" in because
    assert "deleted by the disaster" in because
    assert because.endswith("b")


def test_the_marks_of_the_story_are_in_order(story: Any) -> None:
    """The good drill is a possible one: its marks follow each other."""
    at = [story.marks[mark] for mark in Mark if mark in story.marks]
    assert at == sorted(at)
    assert {w.who for w in story.writes} == {Who.SEED, Who.LOAD, Who.DISASTER}
