"""Objectives by name: what articles and teams ask for, as data."""

import tomllib
from dataclasses import dataclass
from importlib import resources

from ..catalog import PACKAGES, Kind, unknown
from ..errors import UsageError
from ..quantities import parse_duration

FILE = "objectives.toml"


@dataclass(frozen=True)
class Preset:
    """An RPO and an RTO with a name, as they were written, and whose they are."""

    name: str
    rpo: str
    rto: str
    story: str

    @property
    def rpo_s(self) -> float:
        """In seconds."""
        return parse_duration(self.rpo)

    @property
    def rto_s(self) -> float:
        """In seconds."""
        return parse_duration(self.rto)


def presets() -> dict[str, Preset]:
    """All presets by name, as they stand in the file beside the scenarios."""
    text = resources.files(PACKAGES[Kind.SCENARIO]).joinpath(FILE).read_text(encoding="utf-8")
    return {name: Preset(name, **fields) for name, fields in tomllib.loads(text).items()}


def preset(name: str) -> Preset:
    """One preset.

    Raises:
        UsageError: there is none of that name.
    """
    found = presets()
    if name == "list":
        lines = "\n  ".join(f"{each.name}: RPO {each.rpo}, RTO {each.rto}: {each.story}" for each in found.values())
        raise UsageError("these objectives have names", lines)
    if name not in found:
        raise unknown("preset of objectives", name, found)
    return found[name]
