"""Where a place is known to differ from AWS: which behaviours, and what AWS does by which source.

A behaviour is a test's name without its place (`test_x`, or `test_x[parameter]`). Its test must fail at the
place, or the suite fails: a difference that is no more has to be taken out. The time machine stands in `OWED` only:
what it has yet to learn.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .places import Place

API = "API Reference"
GUIDE = "Developer Guide"


class Difference(NamedTuple):
    """Behaviours that a place does not have, for one reason.

    Args:
        place: where they are missing.
        aws: what AWS does, and by which of its pages.
        tests: test name to its parameters; none for a test without parameters.
    """

    place: Place
    aws: str
    tests: Mapping[str, tuple[str, ...]]


LOCAL: Final = (
    Difference(
        Place.LOCAL,
        f"capacity may not be given beside on-demand ({API}, CreateTable, ProvisionedThroughput)",
        {"test_a_table_that_cannot_be": ("throughput-on-demand",)},
    ),
    Difference(
        Place.LOCAL,
        f"the text is 'Requested resource not found: Table: NAME not found' ({GUIDE}, Error handling)",
        {"test_a_table_that_is_not_there": ("describe_table", "update_table")},
    ),
    Difference(
        Place.LOCAL,
        f"an index key must be of its declared type, in updates too ({GUIDE}, Managing global secondary indexes)",
        {"test_an_update_may_not_spoil_an_index_key": ("type",)},
    ),
    Difference(
        Place.LOCAL,
        f"an update that does not fit cancels with reason ValidationError ({API}, TransactWriteItems)",
        {"test_an_update_that_does_not_fit_cancels_a_transaction": ()},
    ),
    Difference(
        Place.LOCAL,
        f"a transaction costs two units per KB and item ({GUIDE}, Managing complex workflows with transactions)",
        {"test_capacity_of_batches_and_transactions": ()},
    ),
    Difference(
        Place.LOCAL,
        f"tables have tags ({GUIDE}, DynamoDB Local usage notes: tagging is not supported there)",
        {"test_tags": (), "test_tags_at_creation": ()},
    ),
    Difference(
        Place.LOCAL,
        f"UpdateExpression of Update is required ({API}, Update)",
        {"test_transactions_that_cannot_be": ("update-without-expression",)},
    ),
    Difference(
        Place.LOCAL,
        "its texts are its own; AWS says what the tests expect",
        {"test_what_is_said_of_numbers_that_cannot_be": ("39-digits", "text")},
    ),
)

MOTO: Final = (
    Difference(
        Place.MOTO,
        f"numbers are stored trimmed, with at most 38 digits and a bounded exponent ({GUIDE}, Data types: Number)",
        {
            "test_numbers_are_normalised": (
                "1.500", "0010", "1e3", "-0", "0.0", "-1.0", "15E-1", "+5", ".5", "-0.50",
            ),
            "test_numbers_in_sets_are_normalised": (),
            "test_numbers_that_cannot_be": ("39-digits", "overflow", "underscore"),
            "test_what_is_said_of_numbers_that_cannot_be": ("39-digits", "overflow"),
        },
    ),
    Difference(
        Place.MOTO,
        f"a value has exactly one type and no repeated members, to 32 levels ({API}, AttributeValue; {GUIDE}, Quotas)",
        {
            "test_values_that_cannot_be": (
                "empty-name", "no-type", "no-type-in-a-list", "repeated-binary", "repeated-number", "repeated-string",
                "set-with-no-number", "too-deep", "two-types",
            ),
            "test_placeholders_that_cannot_be": (
                "empty-name", "empty-string-set", "false-null", "no-number-in-a-map", "no-type", "no-type-in-a-list",
                "repeated-binary", "repeated-number", "repeated-string", "set-with-no-number", "two-types",
            ),
            "test_keys_that_cannot_be": (
                "delete_item-empty", "delete_item-no-type", "delete_item-too-long", "delete_item-two-types",
                "delete_item-type", "get_item-no-type", "get_item-too-long", "get_item-two-types", "get_item-type",
                "update_item-empty", "update_item-no-type", "update_item-two-types",
            ),
            "test_an_index_key_must_be_of_its_type": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"an item may have 400 KB, however it was written ({GUIDE}, Quotas)",
        {"test_the_largest_item": (), "test_an_item_that_grows_too_large": ()},
    ),
    Difference(
        Place.MOTO,
        f"a batch has 1 to 25 writes or 1 to 100 keys, each key once ({API}, BatchWriteItem and BatchGetItem)",
        {
            "test_batches_of_reads_that_cannot_be": ("no-keys", "none"),
            "test_batches_of_writes_that_cannot_be": (
                "26", "bad-value", "neither", "no-writes", "none", "put-and-delete", "same-key-twice",
            ),
        },
    ),
    Difference(
        Place.MOTO,
        f"a transaction has 1 to 100 members, each of one kind and whole, and a token ({API}, TransactWriteItems)",
        {
            "test_a_transaction_done_twice_with_one_token": (),
            "test_a_transaction_reads": (),
            "test_an_update_that_does_not_fit_cancels_a_transaction": (),
            "test_transactions_that_cannot_be": (
                "check-without-condition", "neither", "none", "update-without-expression",
            ),
        },
    ),
    Difference(
        Place.MOTO,
        f"conditions are checked for grammar, types and placeholders before items ({GUIDE}, Condition expressions)",
        {
            "test_conditions_that_cannot_be": (
                "", "n", "n = ", "n = :nope", "#nope = :v", "nope(n)", "attribute_exists(:v)", "attribute_type(n, :v)",
                "begins_with(t, :v)", "n BETWEEN :a AND :b", "n BETWEEN :a AND :b ", "size(n)", "contains(t, t)",
                "n = :v", "yes < :v", "ss < :v", "n IN ()", "n = n", "attribute_exists(n, t)",
            ),
            "test_conditions_that_fail": ("n < :v", "size(n) > :v", "size(nope) = :v"),
            "test_conditions_that_hold": ("begins_with(bin, :v)",),
            "test_expected": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"a key condition fixes the partition and bounds the sort key once ({GUIDE}, Key condition expressions)",
        {
            "test_key_conditions_that_cannot_be": (
                "begins-with-number", "not-equal", "or", "sort-twice", "syntax", "unused", "upside-down", "wrong-type",
            ),
            "test_ranges_of_the_sort_key": ("n BETWEEN :a AND :b",),
            "test_a_filter_may_not_be_about_the_key": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"pages begin and end with whole keys, limits are at least 1 ({API}, Query and Scan)",
        {
            "test_a_page_that_ends_with_the_partition": (),
            "test_start_keys_that_cannot_be": ("other", "part", "type", "none"),
            "test_scans_that_cannot_be": ("limit", "negative-segment", "start-key"),
            "test_listed_in_order_and_in_pages": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"a local index fetches from its table what it does not project ({GUIDE}, Local secondary indexes)",
        {"test_a_local_index_can_fetch_from_its_table": ()},
    ),
    Difference(
        Place.MOTO,
        f"projections are checked, and list places come back in order ({GUIDE}, Projection expressions)",
        {
            "test_projections": ("places",),
            "test_projections_that_cannot_be": ("syntax", "twice", "overlap", "reserved", "undefined"),
            "test_attributes_to_get": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"an update without expression writes the key ({API}, UpdateItem)",
        {"test_an_update_without_change_makes_the_item": ()},
    ),
    Difference(
        Place.MOTO,
        f"capacity is counted by size ({GUIDE}, Read and write capacity)",
        {
            "test_an_update_reports_capacity": (),
            "test_capacity_is_reported_where_asked_for": (),
            "test_capacity_of_batches_and_transactions": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"names and key schemas are checked ({API}, CreateTable)",
        {
            "test_a_table_that_cannot_be": (
                "bad-name", "bad-type", "index-twice", "local-index-without-sort-key", "range-only", "same-key-twice",
                "short-name", "two-hash-keys",
            ),
        },
    ),
    Difference(
        Place.MOTO,
        f"a stream has one record for each change of an item, and none for no change ({GUIDE}, DynamoDB Streams)",
        {
            "test_what_changes_nothing_is_no_record": (),
            "test_updates_and_transactions_are_recorded": (),
            "test_a_stream_that_is_not_there": (),
        },
    ),
    Difference(
        Place.MOTO,
        f"a tag's key stands once, and TTL is not switched twice ({API}, TagResource and UpdateTimeToLive)",
        {
            "test_tags": (),
            "test_time_to_live_is_not_switched_on_twice": (),
            "test_settings_of_a_table_that_is_not_there": ("describe_time_to_live",),
        },
    ),
)  # fmt: skip

OWED: Final[tuple[Difference, ...]] = ()


def known() -> dict[tuple[str, Place], str]:
    """All differences: behaviour and place to what AWS does."""
    return {
        (f"{test}[{parameter}]" if parameters else test, each.place): each.aws
        for each in LOCAL + MOTO + OWED
        for test, parameters in each.tests.items()
        for parameter in parameters or ("",)
    }
