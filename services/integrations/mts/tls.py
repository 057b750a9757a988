"""Encryption for hosts that are behind the times.

vpbx.mts.ru and aa.mts.ru have been seen with key exchange parameters that OpenSSL refuses by default. The level
may be lowered for an account whose owner agreed to it; that the host is who it says it is stays checked.
"""

import ssl


def lowered() -> ssl.SSLContext:
    """As by default, but weaker keys of the other side pass."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("DEFAULT@SECLEVEL=1")
    context.load_default_certs()
    return context
