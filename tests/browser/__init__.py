"""The page in a real Chromium against the real local stack. A package, so that its fixtures end with it."""
