"""Inbound adapters: one module per trigger. Each verifies, parses, calls one use case and renders.

Every blueprint is made with the name `app` and its event handlers are re-exported in `app.py`, so that each Lambda's
handler is `app.<name>` and the application's middleware and logger are there (aws/chalice issue 1566).
"""
