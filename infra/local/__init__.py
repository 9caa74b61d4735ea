"""The contest on one machine: engines, a gateway, events, and a simulator in WeChat's place."""
