"""What is said about counts and item collections: numbers that can be acted upon."""

from typing import Any

from dynadrill.drills.catalog import Kind, load
from dynadrill.drills.history import Told
from dynadrill.drills.verdict import Outcome


def because(name: str, story: Any) -> str:
    """What a claim says about a story."""
    return str(load(Kind.VALIDATOR, name).check(story.evidence()).because)


def test_a_count_is_held_against_a_range(story: Any) -> None:
    """An unanswered delete makes both counts right, and both ends of the range are told."""
    seeded = story.writes[1]
    story.writes.append(
        seeded._replace(op="u", digest=b"", who=story.writes[3].who, asked_at=995.0, told_at=None, outcome=Told.INFO)
    )
    del story.restored["b"]
    verdict = load(Kind.VALIDATOR, "counts_agree").check(story.evidence())
    assert verdict.outcome is Outcome.PASS
    assert verdict.because.startswith("2 items in the restored table, from 2 to 3 expected; 3 items in the table in")
    del story.restored["c"]
    assert because("counts_agree", story) == "the restored table: 1 items are there, from 2 to 3 were expected"


def test_a_collection_that_grew_is_named_with_its_share(story: Any) -> None:
    """Which partition key has how many items too many, and what share of all that is."""
    story.record["key_attributes"] = ["id", "sort"]
    story.restored.update(dict.fromkeys(("x", "y"), "v"))
    said = because("key_distribution", story)
    assert said.startswith("the restored table: 2 item collections are larger or smaller: x: 0 items (0.0% of all")
    assert "1 (20.0% of all items) after" in said


def test_the_largest_collection_is_told(story: Any) -> None:
    """Where nothing changed the largest collection's share is told: a hot partition is seen."""
    story.record["key_attributes"] = ["id", "sort"]
    assert because("key_distribution", story).endswith("the largest c with 33.3% of all items")
