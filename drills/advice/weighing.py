"""Strategies held against what is asked for: each number with what it rests on, and what contradicts itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..catalog import Kind, load
from ..costs.estimate import Estimate, Usage, Use, estimate, replica_month, restored
from ..costs.prices import Prices
from ..quantities import format_duration
from ..recovery import Billed
from ..targets.boundaries import AROUND_A_BACKUP
from ..timemachine.durations import BYTES_PER_S, RANGES_S
from .figures import Answered, Figure, Weighed
from .measured import Cell, Cells
from .strategies import Answer, Disaster, Strategy, known
from .tree import NEARLY_NOTHING_S, RULES, SHORTEST_RESTORE_S, Needs, decide

ARCHIVE = "daily_backups"
"""The strategy that keeps backups for auditors."""


@dataclass(frozen=True)
class Scales:
    """What strategies are weighed with: what is asked for, what was measured, and the table whose month is priced."""

    needs: Needs
    cells: Cells
    usage: Usage
    prices: Prices

    @property
    def kinds(self) -> list[Disaster]:
        """What a strategy has to answer: bad writes and a dropped table always, a lost Region where that is asked."""
        always = [Disaster.BAD_WRITES, Disaster.DROPPED_TABLE]
        return [*always, Disaster.LOST_REGION] if self.needs.region_loss else always

    def all(self) -> list[Weighed]:
        """Every strategy, the cheapest first of those that meet what is asked for, then the others."""
        weighed = [self.weigh(name, strategy) for name, strategy in known().strategy.items()]
        return sorted(weighed, key=lambda each: (not each.meets, each.monthly_usd.value or 0.0))

    def weigh(self, name: str, strategy: Strategy) -> Weighed:
        """One strategy."""
        answers = [self._answered(kind, strategy) for kind in self.kinds]
        monthly = _priced(estimate(list(self._uses(name)), self.prices))
        why_not = [f"{answer.kind.said}: {why}" for answer in answers for why in answer.why_not]
        budget = self.needs.budget_usd
        if budget is not None and monthly.value is not None and monthly.value > budget:
            why_not.append(f"it costs ${monthly.value:,.0f} a month, ${budget:,.0f} are to be spent")
        return Weighed(
            name=name,
            title=strategy.title,
            level=strategy.level,
            claims=strategy.claims,
            pros=strategy.pros,
            cons=strategy.cons,
            best_for=strategy.best_for,
            meets=not why_not,
            why_not=why_not,
            answers=answers,
            monthly_usd=monthly,
            one_restore_usd=self._restore(),
        )

    def _answered(self, kind: Disaster, strategy: Strategy) -> Answered:
        answer = strategy.answers[kind]
        cell = self.cells.by_place.get((answer.disaster, answer.recovery))
        rpo = rto = None
        if cell is None:
            why_not = [f"nobody has drilled {answer.disaster} with {answer.recovery}"]
        elif not cell.came_back:
            why_not = [cell.why]
        else:
            rpo, rto = self._rpo(kind, answer, strategy, cell), self._rto(answer, cell)
            why_not = [*_over("RPO", rpo, self.needs.rpo_s), *_over("RTO", rto, self.needs.rto_s)]
        return Answered(
            kind=kind,
            disaster=answer.disaster,
            recovery=answer.recovery,
            verdict=cell.verdict if cell else None,
            rpo=rpo,
            rto=rto,
            why_not=why_not,
        )

    def _rpo(self, kind: Disaster, answer: Answer, strategy: Strategy, cell: Cell) -> Figure:
        """What may be lost: of backups by a schedule the worst case, since a drill shows one moment between two."""
        if answer.scheduled:
            worst_s = strategy.every + self.until_kept_s(elsewhere=kind is Disaster.LOST_REGION)
            because = f"the worst moment: {format_duration(strategy.every)} between backups, and until one is complete"
            return Figure(value=max(worst_s, cell.rpo_s or 0.0), basis="modelled", because=because)
        if kind is Disaster.LOST_REGION:
            return Figure(value=cell.rpo_s, basis="modelled", because="replication and its lag are the emulator's")
        return Figure(value=cell.rpo_s, basis="measured", because="from the data that came back in the drill")

    def _rto(self, answer: Answer, cell: Cell) -> Figure:
        """How long users are without their table: people's time, and as drilled or as a restore is planned with."""
        assert cell.rto_s is not None, "it came back"
        people_s = cell.until_decided_s if self.needs.react_s is None else self.needs.react_s
        work_s = max(cell.rto_s - cell.until_decided_s, 0.0)
        people = f"{format_duration(people_s)} to notice and decide (assumed)"
        if answer.restores and work_s < SHORTEST_RESTORE_S:
            because = f"{people}, and a restore as it is planned; the drill's clock showed {format_duration(work_s)}"
            return Figure(value=people_s + SHORTEST_RESTORE_S, basis="assumed", because=because)
        because = f"{people}; {format_duration(cell.simulated_s or 0.0)} of the drill's time was the duration model's"
        return Figure(value=people_s + work_s, basis="modelled" if cell.simulated_s else "measured", because=because)

    def until_kept_s(self, *, elsewhere: bool) -> float:
        """How long it takes at most, by the duration model, until a backup is complete; elsewhere its copy too."""
        moved_s = self.usage.size.items / BYTES_PER_S
        kinds = ("backup_job", "copy_job") if elsewhere else ("backup_job",)
        return sum(RANGES_S[kind][1] + moved_s for kind in kinds) - AROUND_A_BACKUP.lo_s

    def _uses(self, name: str) -> Iterator[Use]:
        """What a month of a strategy uses; for auditors the archive is kept beside it."""
        strategy = known().strategy[name]
        for protection in strategy.protections:
            recovery = _with_knobs(protection)
            assert isinstance(recovery, Billed), f"{protection} says what it costs"
            yield from recovery.monthly(self.usage)
        for _ in range(strategy.replicas):
            yield from replica_month(self.usage.size, self.usage.writes_per_month, self.usage.other_region)
        if self.needs.compliance and name != ARCHIVE:
            yield from self._uses(ARCHIVE)

    def _restore(self) -> Figure:
        return _priced(estimate([restored(self.usage.size, self.usage.region)], self.prices))


def contradictions(scales: Scales, weighed: Sequence[Weighed]) -> list[str]:
    """What is asked for that cannot be had together, whatever the strategy."""
    needs = scales.needs
    found = []
    if needs.rto_s < SHORTEST_RESTORE_S:
        asked, least = format_duration(needs.rto_s), format_duration(SHORTEST_RESTORE_S)
        found.append(
            f"an RTO of {asked} and a restore contradict each other: point-in-time recovery alone, like any other"
            f" restore, is planned with {least} at least (assumed; AWS promises no time). Only what restores nothing"
            " is faster, and a replica does not help against bad writes"
        )
    if needs.rpo_s < NEARLY_NOTHING_S and needs.region_loss:
        found.append(
            f"an RPO of {format_duration(needs.rpo_s)} and asynchronous replication contradict each other: what had not"
            " arrived when the Region was lost is lost. Only replicas with strong consistency lose nothing, and not"
            " every table can have them: no time to live, local index or transactions"
        )
    found += _late_backups(scales)
    if needs.compliance:
        found.append(
            "point-in-time recovery keeps 35 days at most, which is no archive: for the auditors a month of"
            f" {ARCHIVE} is counted with every other strategy"
        )
    but_for_money = [each for each in weighed if not any(answer.why_not for answer in each.answers)]
    if needs.budget_usd is not None and but_for_money and not any(each.meets for each in weighed):
        cheapest = min(but_for_money, key=lambda each: each.monthly_usd.value or 0.0)
        found.append(
            f"${needs.budget_usd:,.0f} a month do not pay for it: the cheapest that meets the rest is {cheapest.name},"
            f" at ${cheapest.monthly_usd.value:,.0f}"
        )
    return found


def _late_backups(scales: Scales) -> Iterator[str]:
    """That backups as far apart as the RPO do not make it, and which interval would; of what the rule names."""
    name, _ = RULES[decide(scales.needs)]
    every_s = known().strategy[name].every if name else 0.0
    rpo_s, extra_s = scales.needs.rpo_s, scales.until_kept_s(elsewhere=scales.needs.region_loss)
    if not every_s or every_s + extra_s <= rpo_s:
        return
    what = "its copy" if scales.needs.region_loss else "it"
    instead = "whatever the interval" if rpo_s <= extra_s else f"back up every {format_duration(rpo_s - extra_s)}"
    yield (
        f"a backup every {format_duration(every_s)} does not make an RPO of {format_duration(rpo_s)}: until {what} is"
        f" complete {format_duration(extra_s)} pass by the duration model; {instead}"
    )


def _over(name: str, figure: Figure, objective_s: float) -> Iterator[str]:
    if figure.value is not None and figure.value > objective_s:
        found, asked = format_duration(figure.value), format_duration(objective_s)
        yield f"{name} {found} ({figure.basis}), where {asked} is asked for"


def _with_knobs(protection: Mapping[str, Any]) -> Any:
    knobs = {name: value for name, value in protection.items() if name != "recovery"}
    return replace(load(Kind.RECOVERY, protection["recovery"]), **knobs)


def _priced(found: Estimate) -> Figure:
    unsure = sum(line.usd for line in found.unconfirmed)
    if unsure:
        return Figure(
            value=round(found.usd, 2),
            basis="assumed",
            because=f"${unsure:,.2f} of it at prices that AWS was not seen to confirm",
        )
    return Figure(value=round(found.usd, 2), basis="modelled", because="at the prices of the dated table")
