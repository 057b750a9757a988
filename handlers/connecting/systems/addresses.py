"""Our own addresses among the values of a connect dialogue."""

RETURN_ADDRESS = "return_address"
"""Where a system sends people back to; empty where nobody can be sent back to us."""
