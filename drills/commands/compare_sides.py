"""The sides of `dynadrill compare`: their words, with openers that know the Region and the endpoint of each."""

import os
from collections.abc import Sequence

from ..compare.opening import Given
from ..exports.place import ExportPlace
from ..snapshots.source import LiveTable
from ..targets.buckets import export_place
from ..targets.clients import CONNECTIONS, Place
from ..targets.finding import open_table, place_of
from ..targets.wall_clock import WallClock


def given(word: str, region: str | None, endpoint: str | None, key: str | None, apply: Sequence[str] | None) -> Given:
    """A side as comparing takes it, of what the command line says."""
    environment = {**os.environ, "AWS_ENDPOINT_URL_DYNAMODB": os.environ.get("AWS_ENDPOINT_URL_S3", "")}

    def table(name: str) -> LiveTable:
        return open_table(name, WallClock(), region=region, endpoint=endpoint, connections=CONNECTIONS)

    def place(name: str) -> ExportPlace:
        if not name.startswith("s3://"):
            return export_place(name, Place(None, ""))
        return export_place(name, place_of(name, region, endpoint, environment))

    return Given(word, table, place, tuple(key.split(",")) if key else (), tuple(apply or ()))
