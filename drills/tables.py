"""Which table is meant, where a drill has tables of one name in several Regions."""


def table_id(name: str, region: str | None = None) -> str:
    """What a table goes by in history, alias and reports: its name, and `name@region` outside the home Region."""
    return name if region is None else f"{name}@{region}"


def name_of(table: str) -> str:
    """The table's own name: what is sent in requests."""
    return table.partition("@")[0]


def region_of(table: str) -> str | None:
    """The Region that a table is in; None is the home Region."""
    return table.partition("@")[2] or None
