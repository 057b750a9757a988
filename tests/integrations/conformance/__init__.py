"""What every integration has to prove, asked of each through its rig (`rig.py`, `rigs.py`)."""
