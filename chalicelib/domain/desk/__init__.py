"""Decisions about the organiser's desk."""
