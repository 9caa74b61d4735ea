"""The operators' command from its arguments to its output, on the application's own adapters."""
