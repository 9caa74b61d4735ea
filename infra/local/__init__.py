"""The local stack on one machine: engines, a gateway, events and the WeChat simulator."""
