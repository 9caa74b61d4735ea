"""WeChat's platform: its API, the account, the message callback."""
