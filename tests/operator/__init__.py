"""The operators' command from its arguments to what it prints, on the application's own adapters."""
