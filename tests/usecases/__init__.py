"""Every use case, on the fakes."""
