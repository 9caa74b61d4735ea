"""The lean deployment: the same application, with what Lambda does not need left out and everything compiled."""
