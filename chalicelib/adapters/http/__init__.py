"""HTTP: routes, sessions, what a response shows."""
