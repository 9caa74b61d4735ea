"""Creates and removes a deployment in the cloud: its stacks, and its settings for Chalice."""
