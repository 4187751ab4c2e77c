"""What a browser, or whoever only wants to know whether anybody is there, is told at `/`."""

from .calls import TARGET, Answer, Call

GREETING = """This is the dynadrill time machine: Amazon DynamoDB on this computer, with a past.

Point an AWS SDK or the AWS CLI at it:
  export AWS_ENDPOINT_URL=http://{host}
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  aws dynamodb list-tables

Move its clock five minutes on:
  curl -d '{{"advance_s": 300}}' http://{host}/dynadrill/clock

All that can be controlled: http://{host}/dynadrill/
"""


def is_a_visit(call: Call) -> bool:
    """Whether a call is no request of an SDK: it is not signed, names no operation, and asks for `/`."""
    if call.method not in {"GET", "HEAD"} or call.path != "/":
        return False
    return "authorization" not in call.headers and TARGET not in call.headers


def greeting(call: Call) -> Answer:
    """How to use this, as plain text."""
    text = GREETING.format(host=call.host)
    return Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())
