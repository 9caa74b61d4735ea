"""The opening as a model: people counted by what they wait for, against the published limits."""
