"""The compiled loop over messages that are hashed together."""

import numpy as np
import numpy.typing as npt

from huoqi.kit.compiled import compiled
from huoqi.kit.sha256 import compress_together

Words = npt.NDArray[np.uint32]


@compiled
def compress_blocks(states: Words, words: Words) -> None:
    """Take one block of each message into its state; the messages are a multiple of four."""
    states_at, words_at = states.ctypes.data, words.ctypes.data
    for first in range(0, states.shape[0], 4):
        compress_together(states_at + first * 32, words_at + first * 64)
