"""The outside: stores, WeChat, WeChat Pay, queues and HTTP."""
