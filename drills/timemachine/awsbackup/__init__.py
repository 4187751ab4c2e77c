"""AWS Backup for DynamoDB: vaults, jobs that back up, copy and restore, plans, and restore testing."""
