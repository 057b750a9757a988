"""The part of the wizard that chooses a list, its columns or the fields of a deal, each with its own question."""
