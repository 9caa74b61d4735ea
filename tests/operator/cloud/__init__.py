"""The cloud side of the operators' command."""
