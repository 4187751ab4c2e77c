"""What `show` says of how far back a recovery reaches, and of what would have prevented a disaster."""

import pytest
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.cli import main
from dynadrill.drills.disaster import prevention_of
from dynadrill.drills.kept_pasts import KEPT_PASTS, PROMISES
from dynadrill.drills.promise import PromiseKind
from dynadrill.drills.target import Capability

Capture = pytest.CaptureFixture[str]


def shown(name: str, capsys: Capture) -> str:
    """What `show` prints, in one line."""
    assert main(["show", name]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_a_recovery_shows_its_window_lag_and_boundary(capsys: Capture) -> None:
    """S2-07: the earliest and the latest instant, the lag of five minutes, and how exactly an instant is met."""
    told = shown("point_in_time", capsys)
    assert "35 days ago at most" in told
    assert "latest LatestRestorableDateTime" in told
    assert "lag about 5 minutes" in told
    assert "exact to the second here, 1.0 s before to 1.0 s after on AWS" in told
    assert "kept past on-demand backups" in shown("hybrid", capsys)


def test_every_promise_and_every_past_has_words() -> None:
    """No recovery is shown without what it promises; every past that one may need is described."""
    assert set(PROMISES) == set(PromiseKind)
    needed = {capability for name in names(Kind.RECOVERY) for capability in load(Kind.RECOVERY, name).needs}
    no_past = {Capability.GLOBAL_TABLES, Capability.IMPORT_FROM_S3, Capability.KEYS}
    assert needed - no_past <= set(KEPT_PASTS)


@pytest.mark.parametrize("name", names(Kind.DISASTER))
def test_every_disaster_says_what_would_have_prevented_it(name: str, capsys: Capture) -> None:
    """S2-11, S2-13: a sentence or more, shown with the disaster."""
    prevention = prevention_of(load(Kind.DISASTER, name))
    assert prevention.endswith(".")
    assert f"WHAT WOULD HAVE PREVENTED IT {prevention}" in shown(name, capsys)


def test_the_missed_controls_of_the_clean_up_script() -> None:
    """S2-11, S2-13: print the count before deleting, and filter by `lt`."""
    prevention = prevention_of(load(Kind.DISASTER, "batch_delete"))
    assert prevention.startswith("Print the count")
    assert 'Attr("last_update").lt(...)' in prevention


def test_a_disaster_of_ones_own_need_not_say() -> None:
    """It is no part of what a disaster has to be."""

    class Silent:
        """Hurts, and says nothing."""

    assert prevention_of(Silent()) == ""  # type: ignore[arg-type]
