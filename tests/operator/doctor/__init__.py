"""Each check of `./contest doctor` on a deployment in order, and on one with a fault."""
