"""Funnels of our own for a telephony or a disk, and the rules that put calls into them.

`conditions`, `patterns`, `rules`, `changes` and `preview` are pure; the rest stands over the database.
"""
