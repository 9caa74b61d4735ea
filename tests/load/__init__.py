"""`make load`: the running system under load, and killed in the middle."""
