"""The ports of WeChat without its payments: `FakeWeChat`, and the simulator behind the real adapters."""
