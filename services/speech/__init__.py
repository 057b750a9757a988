"""Recordings into words."""
