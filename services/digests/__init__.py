"""Digests: a chat's day of calls in one message."""
