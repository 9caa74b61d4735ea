"""The contest: rules in `domain`, use cases, and adapters to outside parties."""
