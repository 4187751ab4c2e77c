"""The embedded DynamoDB: moto plus a change log, so that its tables have a real past."""
