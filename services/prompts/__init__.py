"""Prompts: making, changing, switching and matching them."""
