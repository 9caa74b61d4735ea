"""Use cases, one module per action of a person or a schedule. Each reads gather, decide, apply."""
