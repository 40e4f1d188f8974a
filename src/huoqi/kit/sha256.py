"""The compression function of SHA-256, written into compiled loops, sixteen messages side by side.

Where the processor has instructions for SHA-256 they are used, four messages interleaved so that
one does not wait for another; elsewhere sixteen messages go through the plain rounds in step, which
the compiler turns into vector instructions. Both are held to the standard library's by tests.
"""

from collections.abc import Callable
from functools import cache
from typing import cast

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16
_TOGETHER = 4
_INT = ir.IntType(32)
_FOUR = ir.VectorType(_INT, 4)
_PRIMES_UNTIL = 312


@cache
def has_instructions() -> bool:
    """Tell whether this processor has the x86 instructions for SHA-256."""
    return bool(llvm.get_host_cpu_features().get("sha", False))


def round_constants() -> list[int]:
    """Return the 64 constants: the first 32 bits of the fractions of cube roots of primes.

    >>> [hex(word) for word in round_constants()[:2]]
    ['0x428a2f98', '0x71374491']
    """
    primes = [n for n in range(2, _PRIMES_UNTIL) if all(n % p for p in range(2, n))]
    return [_root(prime << 96, 3) & 0xFFFFFFFF for prime in primes]


def start_words() -> list[int]:
    """Return the eight words of the start: of square roots of the first primes."""
    return [_root(prime << 64, 2) & 0xFFFFFFFF for prime in (2, 3, 5, 7, 11, 13, 17, 19)]


def _root(number: int, degree: int) -> int:
    """Return the whole part of a root."""
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= number:
            low = middle
        else:
            high = middle - 1
    return low


class _Rounds:
    """The rounds of a few messages, emitted one instruction of each in turn."""

    def __init__(self, builder: ir.IRBuilder) -> None:
        self._builder = builder
        kind = "llvm.x86.sha256"
        self._two_rounds = self._declared(f"{kind}rnds2", 3)
        self._schedule = self._declared(f"{kind}msg1", 2), self._declared(f"{kind}msg2", 2)

    def _declared(self, name: str, arguments: int) -> ir.Function:
        module = self._builder.module
        found = module.globals.get(name)
        return found or ir.Function(module, ir.FunctionType(_FOUR, [_FOUR] * arguments), name)

    def _picked(self, first: ir.Value, second: ir.Value, places: list[int]) -> ir.Value:
        return self._builder.shuffle_vector(first, second, ir.Constant(_FOUR, places))

    def compress(self, states: ir.Value, words: ir.Value) -> None:
        """Emit the compression of as many messages as go together."""
        builder, lanes = self._builder, range(_TOGETHER)
        loaded = [[self._at(states, 2 * lane + half) for half in (0, 1)] for lane in lanes]
        pairs = [self._as_instructions_want(*halves) for halves in loaded]
        upper, lower = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        message = [[self._at(words, 4 * lane + n) for n in range(4)] for lane in lanes]
        constants = round_constants()
        for turn in range(16):
            added = ir.Constant(_FOUR, constants[4 * turn : 4 * turn + 4])
            for lane in lanes:
                if turn >= 4:
                    message[lane].append(self._next_words(message[lane]))
                mixed = builder.add(message[lane][turn], added)
                lower[lane] = self._rounds(lower[lane], upper[lane], mixed)
                rest = self._picked(mixed, mixed, [2, 3, 0, 0])
                upper[lane] = self._rounds(upper[lane], lower[lane], rest)
        for lane in lanes:
            ended = self._as_memory_has(upper[lane], lower[lane])
            for half in (0, 1):
                place = self._place(states, 2 * lane + half)
                builder.store(builder.add(ended[half], loaded[lane][half]), place).align = 4

    def _rounds(self, first: ir.Value, second: ir.Value, words: ir.Value) -> ir.Value:
        return self._builder.call(self._two_rounds, [first, second, words])

    def _next_words(self, words: list[ir.Value]) -> ir.Value:
        """Return the next four words of a message's schedule."""
        builder = self._builder
        first = builder.call(self._schedule[0], [words[-4], words[-3]])
        shifted = self._picked(words[-2], words[-1], [1, 2, 3, 4])
        return builder.call(self._schedule[1], [builder.add(first, shifted), words[-1]])

    def _as_instructions_want(self, first: ir.Value, second: ir.Value) -> tuple[ir.Value, ir.Value]:
        """Return FEBA and HGDC of ABCD and EFGH."""
        return self._picked(first, second, [5, 4, 1, 0]), self._picked(first, second, [7, 6, 3, 2])

    def _as_memory_has(self, upper: ir.Value, lower: ir.Value) -> tuple[ir.Value, ir.Value]:
        """Return ABCD and EFGH of FEBA and HGDC."""
        return self._picked(upper, lower, [3, 2, 7, 6]), self._picked(upper, lower, [1, 0, 5, 4])

    def _place(self, start: ir.Value, number: int) -> ir.Value:
        return self._builder.gep(start, [ir.Constant(_INT, number)])

    def _at(self, start: ir.Value, number: int) -> ir.Value:
        loaded = self._builder.load(self._place(start, number))
        loaded.align = 4
        return loaded


@intrinsic
def _compress_together(_typing, states, words):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Compress four messages of sixteen words, at two addresses, by the processor's instructions.

    On a processor without them nothing is emitted, and nobody calls it.
    """
    assert isinstance(states, types.Integer)
    assert isinstance(words, types.Integer)

    def emit(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if has_instructions():
            pointers = [builder.inttoptr(value, _FOUR.as_pointer()) for value in arguments]
            _Rounds(builder).compress(*pointers)
        return context.get_dummy_value()

    return types.void(types.uintp, types.uintp), emit


# Called from compiled loops, where Numba supplies the first argument.
compress_together = cast(Callable[[int, int], None], _compress_together)
