"""Services beside DynamoDB that recoveries use, answered by moto: S3, SSM, KMS, STS."""
