"""What is deployed to an account: the validator for AWS Backup's restore tests."""
