"""AWS Backup for DynamoDB: vaults, recovery points, backup, copy and restore jobs, restore testing."""
