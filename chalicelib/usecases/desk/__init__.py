"""What the organiser does at the desk."""
