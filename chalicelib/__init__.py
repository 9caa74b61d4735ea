"""The contest: rules in `domain`, use cases, and the adapters that meet the outside."""
