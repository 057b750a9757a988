"""The permission matrix: every way in × everybody × own and foreign company × private chat and group.

`table.py` states on its own who may do what; `routes.py` finds every way in by walking the bot; the tests hold
the two against each other and against what really happens.
"""
