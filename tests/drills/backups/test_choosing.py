"""The newest good backup: complete, and with its whole boundary before the first bad write."""

from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.backups.choosing import Taken, first_bad_at, newest_good
from dynadrill.drills.disaster import Clue
from dynadrill.drills.errors import RecoveryFailedError
from dynadrill.drills.promise import Boundary
from hypothesis import given
from hypothesis import strategies as st

A_MINUTE = Boundary(-60.0, 60.0)
BAD_AT = 10_000.0

backups = st.lists(
    st.builds(
        lambda at, usable: Taken(f"arn:{at}", float(at), "AVAILABLE" if usable else "CREATING", usable),
        st.integers(9_000, 11_000),
        st.booleans(),
    )
)


@given(backups)
def test_no_better_one_is_left(taken: list[Taken]) -> None:
    """What is chosen is good and no good one is newer; where there is none, it fails."""
    good = [each for each in taken if each.usable and each.taken_at + A_MINUTE.hi_s < BAD_AT]
    if not good:
        with pytest.raises(RecoveryFailedError, match=f"of {len(taken)} there were"):
            newest_good(taken, A_MINUTE, BAD_AT)
        return
    chosen = newest_good(taken, A_MINUTE, BAD_AT)
    assert chosen in good
    assert chosen.taken_at == max(each.taken_at for each in good)


def test_the_boundary_has_to_be_over() -> None:
    """A backup whose boundary ends at the very instant of the damage is not good; one an instant earlier is."""
    on_it, before_it = (Taken("arn", BAD_AT - 60.0 - earlier, "AVAILABLE", usable=True) for earlier in (0.0, 0.001))
    assert newest_good([before_it, on_it], A_MINUTE, BAD_AT) is before_it
    with pytest.raises(RecoveryFailedError):
        newest_good([on_it], A_MINUTE, BAD_AT)


def test_what_there_was_is_said() -> None:
    """The error names the states and ages of what there was, the newest first, and not more than five."""
    taken = [Taken("a", BAD_AT + 30.0, "AVAILABLE", usable=True), Taken("b", BAD_AT - 300.0, "CREATING", usable=False)]
    with pytest.raises(RecoveryFailedError) as caught:
        newest_good(taken, A_MINUTE, BAD_AT)
    assert "AVAILABLE of 30 s after the first bad write, CREATING of 300 s before" in caught.value.message
    with pytest.raises(RecoveryFailedError, match="and 2 more"):
        newest_good([Taken("a", BAD_AT, "AVAILABLE", usable=True)] * 7, A_MINUTE, BAD_AT)
    with pytest.raises(RecoveryFailedError, match="there were none"):
        newest_good([], A_MINUTE, BAD_AT)


@pytest.mark.parametrize("clue", [None, Clue("a rumour", None)])
def test_without_an_instant_nothing_is_chosen(clue: Any) -> None:
    """Where nothing says when the damage began, no backup can be told to be good."""
    tools: Any = SimpleNamespace(clue=clue)
    with pytest.raises(RecoveryFailedError, match="nothing says when"):
        first_bad_at(tools)
