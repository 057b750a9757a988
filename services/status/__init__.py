"""How the work goes, as people ask about it: what waits and for what, and what became of each call."""
