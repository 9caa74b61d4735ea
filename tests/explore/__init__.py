"""All interleavings: runs the real use cases on the in-memory store under every short schedule and fault."""
