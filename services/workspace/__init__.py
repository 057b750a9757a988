"""Companies and their people: who belongs where and with which role, the ways in, bounds, and what was changed."""
