"""Every button's data, a file for each feature: prefixes differ, and each packs into 64 bytes.

Buttons stay clickable for ever: a prefix or an act that was ever sent keeps its letters.
"""
