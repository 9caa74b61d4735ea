"""Real threads on DynamoDB Local: each is an instance of the application with nothing shared but the store."""
