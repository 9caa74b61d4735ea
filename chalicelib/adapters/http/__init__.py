"""HTTP: routes, sessions and response bodies."""
