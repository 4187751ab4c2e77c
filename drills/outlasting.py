"""The outages that a disaster made, and the stage in which users live through its end."""

from .disaster import Passing
from .drill import Drill, writer_for
from .history import Who
from .striking import Blow

LATE_S = 60.0
"""How long users go on after a disaster has passed: what was held comes normally within seconds."""


def see_outages(drill: Drill) -> None:
    """Keep which Regions are down now, just after the strike."""
    drill.down_since = dict.fromkeys(_lost(drill), drill.clock.now())


def note_outages(drill: Drill) -> None:
    """Write down those that have been down until now."""
    until_at, still = drill.clock.now(), _lost(drill)
    for region, since_at in drill.down_since.items():
        if region in still:
            drill.recorder.outage(None if region == drill.target.region else region, since_at, until_at)
    drill.down_since = {}


def outlast(drill: Drill) -> None:
    """Where the disaster passes by itself, let users live through its end: what was held may arrive late."""
    disaster = drill.plan.disaster
    if not isinstance(disaster, Passing) or disaster.lasts_s is None:
        return
    drill.watch.phase("outlast", drill.plan.disaster_name)
    left_s = drill.struck_at + disaster.lasts_s - drill.clock.now()
    drill.clock.wait(max(left_s, 0.0), "until the disaster has passed")
    note_outages(drill)
    disaster.end(Blow(drill, writer_for(drill, Who.DISASTER), drill.struck_at).tools())
    drill.record.change(disaster_passed=True)
    drill.clock.live(LATE_S)


def _lost(drill: Drill) -> list[str]:
    return drill.target.world.lost_regions() if drill.target.world is not None else []
