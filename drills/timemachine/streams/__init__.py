"""DynamoDB Streams: a table's change log, read as AWS's shards and records."""
