"""Use cases: one module per thing that a person or a clock does. Each reads gather, decide, apply."""
