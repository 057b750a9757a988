"""Digests: how a day of calls looks in one message."""
