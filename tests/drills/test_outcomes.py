"""The table of errors: what a writer was told is never rounded."""

import ast
import inspect
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import botocore.httpsession
import botocore.session
import pytest
from botocore import exceptions as botocore_exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.history import Told
from dynadrill.drills.outcomes import (
    MAY_BE_DONE,
    MAY_BE_SENT,
    NOT_DONE,
    NOT_SENT,
    PART_MAY_BE_DONE,
    error_name,
    outcome_of,
)
from dynadrill.drills.target import Connection
from dynadrill.drills.targets.clients import client_for_load

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")


def answer(code: str, status: int = 400, operation: str = "PutItem", **about: int) -> ClientError:
    """An error that DynamoDB answered with."""
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status, **about}}, operation
    )


def classes_of_botocore() -> list[type[Exception]]:
    """Every error that botocore defines but those that are answers."""
    members = inspect.getmembers(botocore_exceptions, inspect.isclass)
    return [kind for _, kind in members if issubclass(kind, Exception) and not issubclass(kind, Warning | ClientError)]


def test_an_answer_is_ok() -> None:
    """A call without an error happened."""
    assert outcome_of(None) is Told.OK
    assert error_name(None) == ""


@pytest.mark.parametrize("operation", WRITES)
def test_every_error_of_the_service_model_is_in_the_table(operation: str) -> None:
    """Each error that botocore's model gives to a write is named in the table, on one side only."""
    model = botocore.session.get_session().get_service_model("dynamodb")
    for shape in model.operation_model(operation).error_shapes:
        assert (shape.error_code in NOT_DONE) != (shape.error_code in MAY_BE_DONE), shape.error_code


@pytest.mark.parametrize("code", sorted(NOT_DONE))
def test_a_4xx_that_says_so_is_fail(code: str) -> None:
    """DynamoDB's word that it did not do a write is believed, and its code is what the error is called."""
    assert outcome_of(answer(code)) is Told.FAIL
    assert error_name(answer(code)) == code


@pytest.mark.parametrize("code", sorted(NOT_DONE | MAY_BE_DONE))
def test_a_5xx_is_info_whatever_it_says(code: str) -> None:
    """An answer of the server's own trouble says nothing about the write."""
    assert outcome_of(answer(code, status=500)) is Told.INFO


@pytest.mark.parametrize("code", [*sorted(MAY_BE_DONE), "NeverHeardOf", ""])
def test_other_codes_are_info(code: str) -> None:
    """A code that may mean a write that happened, or that is not known, is nobody's knowledge."""
    assert outcome_of(answer(code)) is Told.INFO


def test_an_answer_without_a_status_is_info() -> None:
    """What does not say that it is a 4xx is not taken for one."""
    assert outcome_of(ClientError({"Error": {"Code": "ValidationException"}}, "PutItem")) is Told.INFO


def test_the_last_of_several_attempts_says_nothing() -> None:
    """A conditional write that was retried may have been refused because its first attempt landed."""
    assert outcome_of(answer("ConditionalCheckFailedException", RetryAttempts=1)) is Told.INFO


@pytest.mark.parametrize("code", sorted(PART_MAY_BE_DONE))
def test_a_batch_is_not_atomic(code: str) -> None:
    """An error about one item of a batch leaves the others open, and of a single write nothing."""
    assert outcome_of(answer(code, operation="BatchWriteItem")) is Told.INFO
    assert outcome_of(answer(code, operation="PutItem")) is Told.FAIL


def test_the_tables_do_not_contradict_each_other() -> None:
    """No error is on two sides."""
    assert not NOT_DONE & MAY_BE_DONE
    assert not NOT_SENT & MAY_BE_SENT
    assert PART_MAY_BE_DONE <= NOT_DONE


def test_every_error_of_the_transport_is_in_the_table() -> None:
    """Whatever botocore's one place that sends raises is named in the table: a new error there breaks this test."""
    tree = ast.parse(inspect.getsource(botocore.httpsession))
    raised = {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }
    assert {"ReadTimeoutError", "EndpointConnectionError"} <= raised
    assert raised <= {kind.__name__ for kind in NOT_SENT | MAY_BE_SENT}


@pytest.mark.parametrize("kind", classes_of_botocore(), ids=lambda kind: kind.__name__)
def test_every_error_of_botocore_follows_the_rule(kind: type[Exception]) -> None:
    """Of all that botocore defines only what is listed as not sent is fail; a new class is info by the rule."""
    expected = Told.FAIL if kind in NOT_SENT else Told.INFO
    assert outcome_of(kind.__new__(kind)) is expected


@pytest.mark.parametrize("error", [ResponseParserError("?"), ValueError("?"), OSError("?"), KeyboardInterrupt()])
def test_what_nobody_thought_of_is_info(error: BaseException) -> None:
    """An error that is in no table leaves the write open."""
    assert outcome_of(error) is Told.INFO
    assert error_name(error) == type(error).__name__


def test_what_the_guard_refuses_was_not_sent() -> None:
    """The guard stands before the first byte."""
    assert outcome_of(RefusedError("no")) is Told.FAIL


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A loopback server that takes one connection and treats it in its own way; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                serve(connection)

        thread = threading.Thread(target=take)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def told_by(port: int) -> tuple[Told, str]:
    """What a real client is told about a put by whoever listens on a port."""
    client = client_for_load(Connection(f"http://127.0.0.1:{port}", "us-east-1", "dynadrill-x-", ""))
    try:
        client.put_item(TableName="dynadrill-x-t", Item={"k": {"S": "a"}})
    except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
        return outcome_of(error), error_name(error)
    return outcome_of(None), ""


def test_nobody_listening_is_fail() -> None:
    """A real connection that is refused has carried nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert told_by(port) == (Told.FAIL, "EndpointConnectionError")


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        (b"", "ConnectionClosedError"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html", "ResponseParserError"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}", "503"),
    ],
)
def test_a_broken_answer_is_info(reply: bytes, name: str) -> None:
    """A real server that took the request and then hung up, talked nonsense or was busy may have done it."""
    with server(lambda connection: connection.sendall(reply)) as port:
        assert told_by(port) == (Told.INFO, name)
