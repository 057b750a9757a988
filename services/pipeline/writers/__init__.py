"""How each destination is written to, looked up after an unclear outcome, and taken back."""
