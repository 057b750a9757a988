"""Queries: plain data out, rows stay inside."""
