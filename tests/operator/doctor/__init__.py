"""Each check of `./contest doctor` on a deployment that is well, and on one with a fault."""
