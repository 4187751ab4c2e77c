"""Which items a full export holds, and which of their attributes: a key condition, a filter, a projection.

They mean what they mean in Query and Scan (API reference, FilterSpecification).
"""

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from ..blueprint import Shape
from ..changelog import Version
from ..conditions import Filter, filter_of, projection_of
from ..errors import invalid, not_implemented
from ..expressions.grammar import read_condition
from ..expressions.keyconditions import stretch
from ..expressions.placeholders import Placeholders
from ..expressions.projections import Projection
from ..keys import END, KeySchema, OrderKey
from ..wire import optional
from .export_times import Asked


class ExportFilter(NamedTuple):
    """A filter that is read; without conditions it keeps everything whole."""

    start: OrderKey = b""
    end: OrderKey = END
    keep: Filter | None = None
    projection: Projection | None = None

    def of(self, rows: Mapping[OrderKey, Version]) -> dict[OrderKey, Version]:
        """The rows that it keeps, with the attributes that it keeps."""
        found = {}
        for key, version in rows.items():
            if not self.start <= key < self.end:
                continue
            item = orjson.loads(version.wire or b"{}")
            if self.keep is not None and not self.keep.test(item):
                continue
            shown = item if self.projection is None else self.projection.of(item)
            found[key] = version._replace(wire=orjson.dumps(shown))
        return found


def filter_in(body: Shape, asked: Asked, keys: KeySchema) -> ExportFilter | None:
    """The filter of a request; None where it has none.

    Raises:
        AwsError: it is malformed, looks at keys beside a key condition, or the export is an incremental one.
    """
    specification = optional(body, "FilterSpecification", dict)
    if specification is None:
        return None
    if asked.from_at is not None:
        raise not_implemented("FilterSpecification of an incremental export")
    placeholders = Placeholders.of(specification, ("FilterExpression", "KeyConditionExpression"))
    start, end = b"", END
    text = optional(specification, "KeyConditionExpression", str)
    if text is not None:
        start, end = stretch(keys, read_condition(text, "KeyConditionExpression"), placeholders)
    keep = filter_of(specification, placeholders, "FilterExpression", "ScanFilter")
    if keep is not None and text is not None:
        for name in keys.names:
            if name in keep.attributes:
                raise invalid(
                    "Filter Expression can only contain non-primary key attributes when there is a "
                    f"KeyConditionExpression: Primary key attribute: {name}"
                )
    projection = projection_of(specification, placeholders)
    placeholders.refuse_unused()
    return ExportFilter(start, end, keep, projection)
