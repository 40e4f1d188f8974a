"""How often Python's collector of cycles looks, for programs whose batches leave few cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_BATCHES = (50_000, 20, 50)


def settle_memory() -> None:
    """Keep the collector off what was loaded for good, and let a batch make garbage undisturbed.

    A batch makes tens of thousands of objects, nearly all without cycles. At the usual threshold
    of 700 the collector ran hundreds of times a second, at times through the whole program.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_BATCHES)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let a long run of batches make its garbage undisturbed while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(*_BATCHES)
    try:
        yield
    finally:
        gc.set_threshold(*before)
