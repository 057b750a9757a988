"""Accounts of other systems: connecting them, opening them for work, their settings, what keeps them from it."""
