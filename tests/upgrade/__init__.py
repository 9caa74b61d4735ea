"""What one version leaves behind in mid-week, and what another version makes of it."""
