"""The cloud side of `./contest`: a deployment's stacks and its settings for Chalice, put up and taken down."""
