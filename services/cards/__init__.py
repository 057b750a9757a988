"""Result cards: which messages must show what, and showing it."""
