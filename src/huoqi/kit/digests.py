"""SHA-256 of many short messages of one length.

By the processor's instructions where it has them and Numba is installed, four messages side by
side and without the interpreter's lock; elsewhere one by one.
"""

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt

from huoqi.kit.compiled import IS_COMPILED

Octets = npt.NDArray[np.uint8]
#: Fewer are not worth the loading of what is compiled.
FEW = 500
_BLOCK = 64
_WORDS = 16
_TAIL = 9  # A bit after the message, and its length.
_TOGETHER = 4


def sha256_of_each(messages: Octets) -> Octets:
    """Return the digest of each row, 32 bytes a row.

    >>> sha256_of_each(np.frombuffer(b"abc", dtype=np.uint8).reshape(1, 3))[0, :4].tobytes().hex()
    'ba7816bf'
    """
    if len(messages) < FEW or not _is_native():
        return one_by_one(messages)
    return side_by_side(messages)


def one_by_one(messages: Octets) -> Octets:
    """Return the digests as the standard library makes them."""
    data, width, sha256 = messages.tobytes(), messages.shape[1], hashlib.sha256
    digests = [sha256(data[at : at + width]).digest() for at in range(0, len(data), width)]
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 32)


def side_by_side(messages: Octets) -> Octets:
    """Return the digests by the processor's instructions for them."""
    from huoqi.kit.digest_loops import compress_blocks
    from huoqi.kit.sha256 import start_words

    count, width = messages.shape
    blocks = (width + _TAIL + _BLOCK - 1) // _BLOCK
    rows = -(-count // _TOGETHER) * _TOGETHER
    padded = np.zeros((rows, blocks * _BLOCK), dtype=np.uint8)
    padded[:count, :width] = messages
    padded[:, width] = 0x80
    padded[:, -8:] = np.frombuffer((width * 8).to_bytes(8, "big"), dtype=np.uint8)
    words = padded.view(">u4").astype(np.uint32).reshape(rows, blocks, _WORDS)
    states = np.tile(np.array(start_words(), dtype=np.uint32), (rows, 1))
    for block in range(blocks):
        compress_blocks(states, np.ascontiguousarray(words[:, block]))
    return states[:count].astype(">u4").view(np.uint8)


@cache
def _is_native() -> bool:
    if not IS_COMPILED:
        return False
    from huoqi.kit.sha256 import has_instructions

    return has_instructions()
