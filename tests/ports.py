"""Addresses for servers that have to be told theirs before they start."""

import random
import socket

BELOW_THOSE_OF_CLIENTS = range(20_000, 32_000)
"""The system gives no port of these to a connection that is opened meanwhile."""


def free_port() -> int:
    while True:
        port = random.choice(BELOW_THOSE_OF_CLIENTS)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
