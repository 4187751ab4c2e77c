"""What each key may hold, in SQL: which keys are plainly right, and which need a closer look.

A key is *plain* when its set has one value, and that is what is seen. Whatever else a key is, the in-memory form says
from all its writes. The sets are those of `ledger.admissible`: the values of the writes that were asked by the end of
the window, not refused, and not told before the latest write that was acknowledged by its beginning was asked. Keys of
which an item may have passed its TTL by then, and keys of transactions that may be torn, get the closer look as well.
"""

from dataclasses import dataclass

from ..books import Place, promised_by
from ..promise import WITHOUT_A_POINT
from ..runrecord import RunRecord
from .tables import Tables


@dataclass(frozen=True)
class Held:
    """What a snapshot is held to, as SQL over `writes`: see `books.InMemory.expected` for the same as values.

    `good` are the writes that say what is right, `physical` those that may have left something in the table; `during`
    the instants at any of which a value may have been right, None where each row has its own. Keys begin with what the
    writes in `begins` left at those of `begins_during`, where there are such.
    """

    place: Place
    good: str
    physical: str
    during: tuple[float, float] | None
    began_at: float
    ended_at: float
    begins: str = "false"
    begins_during: tuple[float, float] | None = None

    @property
    def ended_by(self) -> float:
        """The last instant at which a value may have been right, of those that were promised if there are such."""
        during = self.during or self.begins_during
        return self.ended_at if during is None else during[1]


def held_to(run: RunRecord, place: Place, began_at: float, ended_at: float) -> Held | None:
    """What a snapshot that was taken between two instants is held to; None where nothing is known about it."""
    promise, tables, during = run.promise, run.tables, promised_by(run)
    source, in_service = _of(tables.source), _of(tables.in_service)
    if place == "gate":
        return Held(place, _good(source), f"({source} or planted)", None, began_at, ended_at)
    has_a_point = promise is not None and promise.kind not in WITHOUT_A_POINT
    if promise is None or (has_a_point and during is None):
        return None
    if place == "restored":
        scope, window = (source, during) if has_a_point else ("true", None)
        return Held(place, _good(scope), f"({source} or planted)", window, began_at, ended_at)
    if not has_a_point or run.in_place:
        return Held(place, _good("true"), "true", None, began_at, ended_at)
    begins = f"good and {source} and not planted"
    return Held(place, _good(in_service), "true", None, began_at, ended_at, begins, during)


def _of(table: str) -> str:
    quoted = table.replace("'", "''")
    return f"place = '{quoted}'"


def _good(scope: str) -> str:
    """The good writes of some table, and those that are planted whichever their table is."""
    return f"good and ({scope} or planted)"


def number(value: float) -> str:
    """A float as SQL has it: the same one, bit by bit."""
    return f"'{value!r}' :: double"


def look_at(tables: Tables, held: Held) -> int:
    """Make table `closer` of the keys that need a closer look (id, together), and answer how many others are intact."""
    run = tables.run
    run(_begun(held))
    run(_windows(held))
    run(f"create or replace temp table sets as {_sets(held.good, 'windows', 'begun')}")
    run(f"""
        create or replace temp table closer as
        with maybe_expired as (
            select distinct id from windows join writes using (id)
            where (({held.good}) or ({held.begins})) and expires <= until_at
        )
        select id, false as together from windows join sets using (id) left join maybe_expired as e using (id)
        where not (lowest = highest and lowest = seen and e.id is null)
    """)
    run(_maybe_torn(held))
    run("insert into closer select id, true from torn_keys where id not in (select id from closer)")
    run("update closer set together = true where id in (select id from torn_keys)")
    return int(tables.one("select count(*) from windows where present and id not in (select id from closer)"))


def _begun(held: Held) -> str:
    """What keys may hold before any of their writes, where that is not absence alone."""
    if held.begins_during is None:
        return "create or replace temp table begun as select 0 as id, ''::blob as digest where false"
    from_at, to_at = held.begins_during
    return f"""
        create or replace temp table begun as
        with begins as (
            select distinct id, {number(from_at)} as from_at, {number(to_at)} as to_at from writes where {held.begins}
        ), nothing as (select 0 as id, ''::blob as digest where false)
        {_values(held.begins, "begins", "nothing")} select distinct id, digest from held
    """


def _windows(held: Held) -> str:
    """For each key of expected or restored what was seen of it, and the instants at which that may be right."""
    began_at, ended_at = number(held.began_at), number(held.ended_at)
    from_at, to_at = f"coalesce(asked, {began_at})", f"coalesce(told, {ended_at})"
    if held.during is not None:
        from_at, to_at = number(held.during[0]), number(held.during[1])
    return f"""
        create or replace temp table windows as
        with compared as (
            select id from rows where snapshot = '{held.place}' union select id from writes where {held.good}
            union select id from begun
        ), shown as (select * from rows where snapshot = '{held.place}')
        select id, coalesce(digest, ''::blob) as seen, digest is not null as present, {from_at} as from_at,
            {to_at} as to_at, greatest({to_at}, coalesce(told, {ended_at})) as until_at
        from compared left join shown using (id)
    """


def _sets(scope: str, windows: str, begun: str) -> str:
    """The lowest and the highest value that each key may hold: it may hold one only where they are the same."""
    held = _values(scope, windows, begun).removeprefix(",").strip()
    return f"with {held} select id, min(digest) as lowest, max(digest) as highest from held group by id"


def _values(scope: str, windows: str, begun: str) -> str:
    """The values that each key may hold at any instant of its window."""
    return f""", latest as (
            select id, max(asked) as through from {windows} join writes using (id)
            where {scope} and outcome = 'ok' and told <= from_at group by id
        ), held as (
            select id, digest from {windows} join writes using (id) left join latest using (id)
            where {scope} and outcome <> 'fail' and asked <= to_at
                and (through is null or told is null or told >= through)
            union all
            select id, coalesce({begun}.digest, ''::blob) from {windows} left join latest using (id)
                left join {begun} using (id)
            where through is null
        )"""


def _maybe_torn(held: Held) -> str:
    """All keys of the transactions of which one key may show the state after and another the state before.

    It is what `diff._shows` says, but for what only the order of more than one explanation could rule out.
    """
    on_its_way = "true"
    if held.during is not None:
        from_at, to_at = number(held.during[0]), number(held.during[1])
        on_its_way = f"(asked <= {to_at} and (told is null or told > {from_at})) or id in (select id from closer)"
    return f"""
        create or replace temp table torn_keys as
        with parts as (select id, op, asked, told from writes where {held.good} and tx and outcome <> 'fail'),
        suspicious as (select distinct op from parts where {on_its_way}),
        looked_at as (select * from parts where op in (select op from suspicious)),
        causes as (
            select id, max(coalesce(told, 'inf' :: double)) as told_last, min(asked) as asked_first,
                arg_min(op, asked) as op_first
            from windows join writes using (id)
            where id in (select id from looked_at) and {held.physical} and outcome <> 'fail'
                and (digest = seen or (seen = ''::blob and expires <= to_at))
            group by id
        ), shown as (
            select op, asked_first is null or told_last < asked as before,
                asked_first is not null and (op_first = op or asked_first > coalesce(told, 'inf' :: double)) as after
            from looked_at left join causes using (id)
        ), torn as (select op from shown group by op having bool_or(before) and bool_or(after))
        select distinct id from parts where op in (select op from torn)
    """
