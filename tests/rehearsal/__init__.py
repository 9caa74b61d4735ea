"""Tests a deployment without a cloud: the real `chalice deploy` against an emulator of AWS on this machine."""
