"""`dynadrill compare`."""

from . import Action
from . import compare_options as of

EXIT_CODES = "Exit codes: 0 equal, 1 different, 2 unknown (could not verify), 64 wrong usage, 70 a defect of dynadrill."


def compare(  # noqa: PLR0913, PLR0917 -- one parameter per option
    left: of.LeftArgument,
    right: of.RightArgument,
    region: of.Region = None,
    left_region: of.LeftRegion = None,
    right_region: of.RightRegion = None,
    endpoint: of.Endpoint = None,
    left_endpoint: of.LeftEndpoint = None,
    right_endpoint: of.RightEndpoint = None,
    key: of.Key = None,
    left_key: of.LeftKey = None,
    right_key: of.RightKey = None,
    left_apply: of.LeftApply = None,
    right_apply: of.RightApply = None,
    keys_only: of.KeysOnly = False,  # noqa: FBT002 -- a flag
    sample: of.Sample = None,
    ignore: of.Ignore = None,
    boundary: of.BoundaryOption = None,
    output_format: of.Format = "text",
    json: of.Json = None,
    out: of.OutFile = None,
    show_values: of.ShowValues = False,  # noqa: FBT002 -- a flag
    mask_keys: of.MaskKeys = False,  # noqa: FBT002 -- a flag
    samples: of.Samples = 5,
    engine: of.EngineOption = "duckdb",
    by_signature: of.BySignature = False,  # noqa: FBT002 -- a flag
    keep: of.Keep = None,
    segments: of.SegmentsOption = 8,
    rcu: of.ReadUnits = None,
) -> Action:
    """Compare two states of a table, and say what differs, down to the attribute.

    LEFT and RIGHT are each one of these; table: or path: before a word says which it is:

    - a live table: orders, table:orders, or its ARN

    - a snapshot: the folder that dynadrill snapshot made, or a run's snapshot-restored.parquet

    - a signature.json

    - an export to S3: its folder here, or s3://BUCKET/PREFIX

    - what a drill's ledger says that there was: RUN@2026-11-20T15:00:00Z

    Numbers are compared as numbers and sets without order. A live table may be written meanwhile: keys that differ are
    read again before they are called different. Each comparison plants differences of its own, and is unknown unless
    it finds them all. Nothing is changed anywhere.

    Examples:
    - Is the restored table what it was?
      dynadrill compare before/ table:orders-restored

    - Two Regions, leaving out what may differ:
      dynadrill compare orders orders --left-region eu-west-1 --right-region eu-central-1 --ignore
      'replicated_at=set by each Region'

    - An export against the table, every difference to a file:
      dynadrill compare s3://backups/orders orders --left-key id --out differences.parquet

    - A quick look, with the confidence it gives:
      dynadrill compare before/ after/ --sample 1%

    - Is this what the drill's ledger says?
      dynadrill compare runs/bad_batch_delete/latest@2026-11-20T15:00:00Z table:orders-restored
    """

    def action() -> int:
        from ..compare.comparing import Asked  # noqa: PLC0415 -- see HEAVY
        from ..compare.ignoring import parse_ignored  # noqa: PLC0415
        from ..compare.request import Request, fulfil  # noqa: PLC0415
        from ..compare.sampling import parse_share  # noqa: PLC0415
        from ..compare.showing import Showing  # noqa: PLC0415
        from ..compare.telling import Telling  # noqa: PLC0415
        from ..quantities import parse_duration  # noqa: PLC0415
        from ..snapshots.reading import Reading  # noqa: PLC0415
        from ..targets.wall_clock import WallClock  # noqa: PLC0415
        from .compare_sides import given  # noqa: PLC0415

        telling = Telling(output_format, json, out)
        request = Request(
            left=given(left, left_region or region, left_endpoint or endpoint, left_key or key, left_apply),
            right=given(right, right_region or region, right_endpoint or endpoint, right_key or key, right_apply),
            asked=Asked(
                keys_only=keys_only,
                share=None if sample is None else parse_share(sample),
                ignoring=parse_ignored(ignore or []),
                samples=samples,
                showing=Showing(show_values, mask_keys),
                by_signature=by_signature,
            ),
            reading=Reading(segments, rcu, holds="keys" if keys_only else "items"),
            engine=engine,
            keep=keep,
            boundary_s=0.0 if boundary is None else parse_duration(boundary),
        )
        with telling.lines() as lines:
            comparison = fulfil(request, WallClock(), lines)
        telling.tell(comparison)
        return comparison.exit_code

    return action
