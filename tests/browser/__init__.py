"""The page in a real Chromium against the real local stack. It is a package, so that its fixtures end with it."""
