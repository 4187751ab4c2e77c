"""Region settings and tags: DescribeRegionSettings, UpdateRegionSettings, TagResource, UntagResource, ListTags."""

from ..blueprint import Shape
from .points import RESOURCE_TYPE
from .refusals import invalid_value, not_found, not_implemented
from .state import AwsBackup

MOST_TAGS = 50


def describe_region_settings(state: AwsBackup, _: Shape) -> Shape:
    """DescribeRegionSettings: of DynamoDB, the one type of resource that is here."""
    return {
        "ResourceTypeOptInPreference": {RESOURCE_TYPE: state.is_opted_in},
        "ResourceTypeManagementPreference": {RESOURCE_TYPE: state.is_managing},
    }


def update_region_settings(state: AwsBackup, members: Shape) -> None:
    """UpdateRegionSettings: for new points; those that are there stay what they are."""
    opted_in = members.get("ResourceTypeOptInPreference", {})
    managing = members.get("ResourceTypeManagementPreference", {})
    others = sorted({*opted_in, *managing} - {RESOURCE_TYPE})
    if others:
        raise not_implemented(f"the resource type {others[0]}")
    state.is_opted_in = opted_in.get(RESOURCE_TYPE, state.is_opted_in)
    state.is_managing = managing.get(RESOURCE_TYPE, state.is_managing)


def tag_resource(state: AwsBackup, members: Shape) -> None:
    """TagResource."""
    arn = _tagged(state, members)
    if len({*state.list_tags(arn), *members["Tags"]}) > MOST_TAGS:
        raise invalid_value(f"a resource can have {MOST_TAGS} tags")
    state.tag_resource(arn, members["Tags"])


def untag_resource(state: AwsBackup, members: Shape) -> None:
    """UntagResource; keys that are not there are no error."""
    state.untag_resource(_tagged(state, members), members["TagKeyList"])


def list_tags(state: AwsBackup, members: Shape) -> Shape:
    """ListTags, all in one page."""
    if "NextToken" in members:
        raise invalid_value("Invalid NextToken: all tags are in the first page")
    return {"Tags": state.list_tags(_tagged(state, members))}


def _tagged(state: AwsBackup, members: Shape) -> str:
    arn: str = members["ResourceArn"]
    there = (
        {vault.backup_vault_arn for vault in state.vaults.values()}
        | {plan.arn for plan in state.backup_plans.values()}
        | {plan.arn for plan in state.testing_plans.values()}
    )
    if arn not in there and arn not in state.points:
        raise not_found(f"The resource {arn}")
    return arn
