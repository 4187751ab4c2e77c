"""Services beside DynamoDB that a recovery needs: S3, SSM and KMS as moto has them, and a little of STS."""
