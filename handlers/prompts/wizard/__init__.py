"""/new, and whatever of a prompt is chosen step by step later: its place, where its answers go, its questions."""
