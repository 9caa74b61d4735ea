"""The deployment rehearsal's own parts; the rehearsal itself is `make deploy-test`."""
