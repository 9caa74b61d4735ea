"""The operators' command, `./contest`: switches, holds and the plan of packets."""
