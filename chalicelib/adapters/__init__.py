"""Adapters: stores, WeChat, WeChat Pay, queues and HTTP."""
