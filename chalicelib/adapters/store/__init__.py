"""The ports on DynamoDB, through PynamoDB. The data model is described in docs/architecture.md."""
