"""Where a call to S3 says its bucket: in the path, or in the host's name."""

import re

from ..calls import Call

IN_HOST = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}?[a-z0-9])\.(?:s3[.-].+|s3|localhost)\Z")
"""`BUCKET.s3.REGION.amazonaws.com`, `BUCKET.s3.localhost`, `BUCKET.localhost`."""


def with_bucket_in_path(call: Call) -> Call:
    """The same call with its bucket as the path's first part; an address of numbers never names one."""
    host = call.host.rpartition(":")[0] or call.host
    found = IN_HOST.match(host.lower())
    path = call.path if found is None else f"/{found['bucket']}{call.path}"
    return call._replace(host="localhost", headers={**call.headers, "host": "localhost"}, path=path)
