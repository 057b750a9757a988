"""Plain data of the product and its rules. Imports the standard library alone."""
