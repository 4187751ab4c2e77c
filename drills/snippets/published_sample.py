"""The commands of the published near-zero-downtime sample (aws-samples/dynamodb-pitr-restore-cdc), for one table."""

from .stream_arn import StreamArn

LACKS = (
    "It reads the stream from its latest record when it is deployed, and replays bad writes that come later.",
    "It starts at the restore of any table, needs CloudTrail's management events and a free trigger on the stream.",
    "Users are cut over by hand, and settings are put back by hand.",
)
"""What somebody should know who deploys it; docs/recoveries/point_in_time_with_changes.md has the whole list."""


def commands(stream: StreamArn) -> str:
    """A shell script's lines: deploy the sample's stack for a table, and take it away again."""
    context = f"-c table-name={stream.table} -c table-streams-arn={stream}"
    lines = [
        *(f"# {line}" for line in LACKS),
        "cdk bootstrap",
        f"cdk synth {context}",
        f"cdk deploy {context}",
        "# afterwards, when nobody needs the queue any more:",
        f"cdk destroy {context}",
    ]
    return "\n".join(lines) + "\n"
