"""The alias by which users find the table."""

import threading
from pathlib import Path

import pytest
from dynadrill.drills.alias import Alias
from dynadrill.drills.errors import UnverifiableError


def test_a_cutover_is_seen_by_the_next_reader(tmp_path: Path) -> None:
    """S0-15: whoever asks the alias after a cutover gets the new table, through another object too."""
    alias = Alias(tmp_path / "alias")
    alias.point_to("old")
    assert Alias(tmp_path / "alias").table() == "old"
    alias.point_to("new")
    assert Alias(tmp_path / "alias").table() == "new"


def test_readers_never_see_half_a_name(tmp_path: Path) -> None:
    """S0-15: during a cutover every reader sees the old name or the new one, and nothing is left beside the file."""
    names = ["a" * 200, "b" * 255]
    alias = Alias(tmp_path / "alias")
    alias.point_to(names[0])
    over = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not over.is_set():
            seen.add(alias.table())

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(100):
        alias.point_to(names[turn % 2])
    over.set()
    for reader in readers:
        reader.join()
    assert seen
    assert seen <= set(names)
    assert [path.name for path in tmp_path.iterdir()] == ["alias"]


def test_no_table_in_service_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """An alias that nobody has pointed anywhere says so, and where it looked."""
    with pytest.raises(UnverifiableError, match="alias") as caught:
        Alias(tmp_path / "alias").table()
    assert caught.value.hint
