"""Limits that a program of ours sets for itself before it opens a foreign file with a large piece of C.

Such a program runs in a process of its own (`services.apart`): whatever the file does to the decoder ends that
process and nothing else, and its memory is given back.
"""

import resource

MEMORY = 2 * 1024**3
"""Bytes of address space; the longest calls need a fifth of it."""
FILE = 1024**3
"""Bytes of one file written: a short file may claim to hold years of silence."""


def confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
