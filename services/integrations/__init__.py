"""Connected systems: one folder each, with the same file names in every one. They never import each other."""
