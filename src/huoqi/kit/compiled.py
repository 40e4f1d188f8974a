"""Loops over columns, compiled to machine code where Numba is installed, plain Python elsewhere.

The compiled form releases the interpreter's lock, so that threads share the cores. A loop may
use integers of 64 bits and arrays of them only, never a float; whoever calls it keeps its figures
inside 64 bits.
"""

import importlib.util
from collections.abc import Callable
from typing import TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])

IS_COMPILED = importlib.util.find_spec("numba") is not None


def compiled(function: F) -> F:
    """Return the loop in machine code, made at its first call and kept beside its source.

    Loops that call each other stand in one file: what is kept is made anew when that file changes.
    """
    if not IS_COMPILED:
        return function
    import numba

    return cast(F, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def inlined(function: F) -> F:
    """Return a loop's part, to be called from compiled loops of the same file."""
    if not IS_COMPILED:
        return function
    import numba

    return cast(F, numba.njit(nogil=True, error_model="numpy", inline="always")(function))


def plain(function: F) -> F:
    """Return the Python form of a loop, by which tests hold the compiled one to its word."""
    return cast(F, getattr(function, "py_func", function))
