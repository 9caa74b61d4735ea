"""Bodies that nobody would write, for the one address that strangers' servers post to."""
