"""How a person removes what a run could not: the commands, to be copied."""

from .runrecord import RunRecord


def removal(record: RunRecord) -> list[str]:
    """What is left of a run, each with the AWS CLI's command that removes it."""
    where = _where(record)
    return [_command(left.split(": ")[0], where) or left for left in record.leftovers]


def _where(record: RunRecord) -> str:
    """The options that send the AWS CLI to a run's target: its name is an address, `aws:REGION`, or both."""
    if record.target_kind == "embedded":
        return ""
    region, _, address = record.target.rpartition(" at ")
    region, address = (region, address) if address.startswith("http") else (address, "")
    options = f" --endpoint-url {address}" if address else ""
    return options + (f" --region {region.removeprefix('aws:')}" if region else "")


def _command(name: str, where: str) -> str:
    """The command for a table's name or a backup's ARN; empty for what is neither."""
    if name.startswith("arn:"):
        return f"aws dynamodb delete-backup --backup-arn {name}{where}"
    if name.startswith("dynadrill-"):
        unlock = f"aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled{where}"
        return f"{unlock}; aws dynamodb delete-table --table-name {name}{where}"
    return ""
