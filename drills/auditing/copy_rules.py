"""Rules about copies: whether there are any where they are needed, and how old they are."""

from itertools import pairwise
from statistics import median

from ..quantities import format_duration
from .facts import Copy, FailedJob, RegionSeen, TableSeen
from .rule import FINE, Rule, Said, Severity, Wanted, command, found, not_applicable, unknown

COPIES = ("backups", "recovery_points", "copied")
"""The fields of a table that its copies are in."""
LATE = 1.5
"""A schedule has missed once the newest copy is older than so many of its intervals."""
REGULAR = 0.2
"""Copies follow a schedule where their intervals are their median, give or take this share of it."""
FEWEST = 4
"""So many copies show whether there is a schedule."""

COPY_OUT = (
    "a plan of AWS Backup that copies it into a vault in another {} (CopyActions in aws backup update-backup-plan)"
)


def _elsewhere(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.replicas or any(copy.region != table.region for copy in table.copies):
        return FINE
    unseen = table.why_unseen("copied", "replicas", "status")
    if unseen:
        return unknown(unseen)
    replica = f"aws dynamodb update-table --table-name {table.name} --replica-updates Create={{RegionName=REGION}}"
    there = "its copies are there too" if table.copies else "there is no copy of it"
    return found(
        f"everything of it that was seen is in {table.region}: {there}",
        f"It takes a replica ({replica}), or {COPY_OUT.format('Region')}.",
    )


def _another_account(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if any(copy.in_another_account for copy in table.copies):
        return FINE
    unseen = table.why_unseen("copied", "status")
    if unseen:
        return unknown(unseen)
    return found(
        "no copy job of the last 30 days put a copy into another account: whoever takes over this one takes the copies"
        " too",
        f"It takes {COPY_OUT.format('account of the organization')}.",
    )


def _age(table: TableSeen, here: RegionSeen, wanted: Wanted) -> Said:
    if wanted.copy_age_s is None:
        return not_applicable("no age was asked for (--max-copy-age)")
    unseen = table.why_unseen(*COPIES, "status")
    newest = table.copies[0] if table.copies else None
    if newest is not None and here.now_at - newest.made_at <= wanted.copy_age_s:
        return FINE
    if unseen:
        return unknown(unseen)
    asked = format_duration(wanted.copy_age_s)
    backup = command(table, f"dynamodb create-backup --table-name {table.name} --backup-name NAME")
    fix = f"Back it up now ({backup}), and let a plan do it from now on."
    if newest is None:
        return found(f"there is no copy at all, and one no older than {asked} was asked for", fix)
    age = format_duration(here.now_at - newest.made_at)
    return found(f"the newest copy is {age} old, {asked} were asked for", fix)


def _schedule(table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    """Only from what is there: a schedule shows in copies at equal intervals."""
    late = [said for copies in (table.backups, table.recovery_points) if (said := _missed(copies or (), here.now_at))]
    if late:
        return found(
            "; ".join(late), "See the schedule's last runs: aws backup list-backup-jobs, or whatever takes them."
        )
    unseen = table.why_unseen("backups", "recovery_points", "status")
    if unseen:
        return unknown(unseen)
    regular = any(_interval_s(copies or ()) for copies in (table.backups, table.recovery_points))
    return FINE if regular else not_applicable("no schedule shows in the copies that are there")


def _missed(copies: tuple[Copy, ...], now_at: float) -> str:
    interval_s = _interval_s(copies)
    if not interval_s or now_at - copies[0].made_at <= LATE * interval_s:
        return ""
    age = format_duration(now_at - copies[0].made_at)
    return f"a {copies[0].kind} came every {format_duration(interval_s)}, and the newest is {age} old"


def _interval_s(copies: tuple[Copy, ...]) -> float:
    """How far copies are apart, newest first; 0 where they follow no schedule."""
    if len(copies) < FEWEST:
        return 0.0
    gaps = [later.made_at - earlier.made_at for later, earlier in pairwise(copies)]
    usual = median(gaps)
    regular = sum(abs(gap - usual) <= REGULAR * usual for gap in gaps)
    return usual if usual > 0 and regular * 2 > len(gaps) else 0.0


def _failed(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.failed_jobs is None:
        return unknown(table.why_unseen("failed_jobs", "status"))
    open_jobs = [job for job in table.failed_jobs if not _made_up_for(job, table)]
    if open_jobs:
        newest = open_jobs[0]
        return found(
            f"the last {newest.what} of it ended as {newest.because}, and none has come about since",
            f"Read why: aws backup list-{newest.what.replace(' ', '-')}s --by-resource-arn ARN --region {table.region}",
        )
    unseen = table.why_unseen("recovery_points", "copied")
    return unknown(unseen) if table.failed_jobs and unseen else FINE


def _made_up_for(job: FailedJob, table: TableSeen) -> bool:
    """Whether a copy of the same kind was made after a job that failed, or whether that cannot be told."""
    copies = table.recovery_points if job.what == "backup job" else table.copied
    return copies is None or any(copy.made_at > job.at for copy in copies)


RULES = (
    Rule("DD010", "nothing-elsewhere", Severity.HIGH, "Nothing of the table is outside its Region",
         "Point-in-time recovery and on-demand backups are lost with their Region.", _elsewhere),
    Rule("DD011", "no-copy-in-another-account", Severity.MEDIUM, "No copy is in another account",
         "Whoever may delete items and backups alike takes the way back along with the data.", _another_account),
    Rule("DD012", "copy-too-old", Severity.HIGH, "The newest copy is older than asked",
         "The age of the newest copy is what a disaster costs that leaves only copies.", _age),
    Rule("DD013", "schedule-missed", Severity.HIGH, "A schedule of copies has missed",
         "Copies that came at equal intervals have stopped coming.", _schedule),
    Rule("DD014", "job-failed", Severity.HIGH, "The last backup or copy came to nothing",
         "A failed job of AWS Backup is an event that nobody sees unless somebody listens.", _failed),
)  # fmt: skip
"""In the order in which they are told."""
