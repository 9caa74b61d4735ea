"""Inbound adapters, one module per trigger. Each verifies, parses, calls one use case and renders.

Every blueprint has the name `app`, and `app.py` re-exports its event handlers, so that each Lambda's handler is
`app.<name>` and has the application's middleware and logger (aws/chalice issue 1566).
"""
