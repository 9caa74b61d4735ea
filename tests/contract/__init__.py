"""One suite per port. Each test runs on the fake, on moto and on DynamoDB Local, so that the fakes can be trusted."""
