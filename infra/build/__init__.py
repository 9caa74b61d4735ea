"""The lean deployment: the same application, compiled, without files that Lambda does not need."""
