"""How a person removes what a run could not: the commands, to be copied."""

from .runrecord import RunRecord


def removal(record: RunRecord) -> list[str]:
    """What is left of a run, each with the AWS CLI's command that removes it."""
    where = {
        "embedded": "",
        "endpoint": f" --endpoint-url {record.target}",
        "aws": f" --region {record.target.partition(':')[2]}",
    }[record.target_kind]
    return [_command(left.split(": ")[0], where) or left for left in record.leftovers]


def _command(name: str, where: str) -> str:
    """The command for a table's name or a backup's ARN; empty for what is neither."""
    if name.startswith("arn:"):
        return f"aws dynamodb delete-backup --backup-arn {name}{where}"
    if name.startswith("dynadrill-"):
        unlock = f"aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled{where}"
        return f"{unlock}; aws dynamodb delete-table --table-name {name}{where}"
    return ""
