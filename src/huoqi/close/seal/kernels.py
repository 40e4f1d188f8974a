"""The loops of the seal: leaves in the order of the day, and nodes over them.

A hash is eight words of 32 bits. Sixteen messages are made up side by side, since that is what
the compression takes (`sha256`).
"""

import numpy as np
import numpy.typing as npt

from huoqi.kit.compiled import compiled, inlined
from huoqi.kit.sha256 import (
    compress_together,
    has_instructions,
    round_constants,
    start_words,
)

Int64 = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Halves = npt.NDArray[np.uint64]
Long = np.uint64

LANES = 16
AHEAD = 256
WORDS = 16
HASH_WORDS = 8
NATIVE = has_instructions()

_CONSTANTS = np.array(round_constants(), dtype=np.uint32)
_START = np.array(start_words(), dtype=np.uint32)

# Places in the figures of a part: rows, width, height; the first place and row of the output.
ROWS, WIDTH, HEIGHT, FIRST, COUNT = range(5)
# Places in the head of all leaves: day, the fund's six letters in two words, status.
DAY, FUND, STATUS = 0, 1, 3


@inlined
def _turned(word: np.uint32, bits: int) -> np.uint32:
    return np.uint32((word >> np.uint32(bits)) | (word << np.uint32(32 - bits)))


@inlined
def _extend(lanes: Words, turn: int) -> None:
    """Make the next word of every message's schedule, in the place of the oldest."""
    here, back2, back7, back15 = turn & 15, (turn - 2) & 15, (turn - 7) & 15, (turn - 15) & 15
    for lane in range(LANES):
        late, early = lanes[back15, lane], lanes[back2, lane]
        small0 = _turned(late, 7) ^ _turned(late, 18) ^ (late >> np.uint32(3))
        small1 = _turned(early, 17) ^ _turned(early, 19) ^ (early >> np.uint32(10))
        lanes[here, lane] = np.uint32(lanes[here, lane] + small0 + lanes[back7, lane] + small1)


@inlined
def _round(lanes: Words, turn: int, constant: np.uint32) -> None:
    """Do one round of every message; the state's words change places by index, unmoved."""
    ra, rb, rc = WORDS + (-turn & 7), WORDS + (1 - turn & 7), WORDS + (2 - turn & 7)
    rd, re, rf = WORDS + (3 - turn & 7), WORDS + (4 - turn & 7), WORDS + (5 - turn & 7)
    rg, rh, word = WORDS + (6 - turn & 7), WORDS + (7 - turn & 7), turn & 15
    for lane in range(LANES):
        a, b, c = lanes[ra, lane], lanes[rb, lane], lanes[rc, lane]
        e, f, g = lanes[re, lane], lanes[rf, lane], lanes[rg, lane]
        big1 = _turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)
        chosen = g ^ (e & (f ^ g))
        added = np.uint32(lanes[rh, lane] + big1 + chosen + constant + lanes[word, lane])
        big0 = _turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)
        most = (a & b) | (c & (a | b))
        lanes[rd, lane] = np.uint32(lanes[rd, lane] + added)
        lanes[rh, lane] = np.uint32(added + big0 + most)


@compiled
def compress_in_step(states: Words, words: Words, lanes: Words) -> None:
    """Compress sixteen messages by plain rounds; ``lanes`` is room for 24 rows of sixteen."""
    for lane in range(LANES):
        for n in range(WORDS):
            lanes[n, lane] = words[lane, n]
        for n in range(HASH_WORDS):
            lanes[WORDS + n, lane] = states[lane, n]
    for turn in range(64):
        if turn >= WORDS:
            _extend(lanes, turn)
        _round(lanes, turn, _CONSTANTS[turn])
    for lane in range(LANES):
        for n in range(HASH_WORDS):
            states[lane, n] = np.uint32(states[lane, n] + lanes[WORDS + n, lane])


@compiled
def compress(states: Words, words: Words, lanes: Words, native: bool) -> None:  # noqa: FBT001
    """Compress sixteen messages, by the processor's instructions where it has them."""
    if native:
        states_at, words_at = states.ctypes.data, words.ctypes.data
        for four in range(0, LANES, 4):
            compress_together(states_at + four * 32, words_at + four * 64)
    else:
        compress_in_step(states, words, lanes)


@inlined
def _begin(states: Words) -> None:
    for lane in range(LANES):
        for n in range(HASH_WORDS):
            states[lane, n] = _START[n]


@inlined
def _sipround(v0: Long, v1: Long, v2: Long, v3: Long) -> tuple[Long, Long, Long, Long]:
    v0 += v1
    v1 = ((v1 << np.uint64(13)) | (v1 >> np.uint64(51))) ^ v0
    v0 = (v0 << np.uint64(32)) | (v0 >> np.uint64(32))
    v2 += v3
    v3 = ((v3 << np.uint64(16)) | (v3 >> np.uint64(48))) ^ v2
    v0 += v3
    v3 = ((v3 << np.uint64(21)) | (v3 >> np.uint64(43))) ^ v0
    v2 += v1
    v1 = ((v1 << np.uint64(17)) | (v1 >> np.uint64(47))) ^ v2
    v2 = (v2 << np.uint64(32)) | (v2 >> np.uint64(32))
    return v0, v1, v2, v3


@inlined
def _shift(half: np.int64, turn: int, below: np.int64, key0: Long, key1: Long) -> np.int64:
    """Return a number below a bound by SipHash-1-3; the same as `rules.seal_places`."""
    word, length = np.uint64((turn << 32) | half), np.uint64(8 << 56)
    v0, v1 = key0 ^ np.uint64(0x736F6D6570736575), key1 ^ np.uint64(0x646F72616E646F6D)
    v2, v3 = key0 ^ np.uint64(0x6C7967656E657261), key1 ^ np.uint64(0x7465646279746573)
    v0, v1, v2, v3 = _sipround(v0, v1, v2, v3 ^ word)
    v0, v1, v2, v3 = _sipround(v0 ^ word, v1, v2, v3 ^ length)
    v0, v1, v2, v3 = _sipround(v0 ^ length, v1, v2 ^ np.uint64(0xFF), v3)
    v0, v1, v2, v3 = _sipround(v0, v1, v2, v3)
    v0, v1, v2, v3 = _sipround(v0, v1, v2, v3)
    mixed = v0 ^ v1 ^ v2 ^ v3
    return np.int64(((mixed >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32))


@compiled
def rows_at(rows: Int64, figures: Int64, key: Halves) -> None:
    """Send numbers to the rows that stand there; the same as `rules.seal_places.row_at`.

    All go through the rounds in step. The few that end outside the rows go through again.
    """
    count, width, height = figures[ROWS], figures[WIDTH], figures[HEIGHT]
    down, across = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    places = np.arange(rows.size)
    key0, key1 = key[0], key[1]
    left = rows.size
    while left:
        for i in range(left):
            down[i] = rows[places[i]] // width
            across[i] = rows[places[i]] - down[i] * width
        for turn in range(0, 8, 2):
            for i in range(left):
                far = down[i] + _shift(across[i], turn, height, key0, key1)
                down[i] = far - height * (far >= height)
            for i in range(left):
                far = across[i] + _shift(down[i], turn + 1, width, key0, key1)
                across[i] = far - width * (far >= width)
        outside = 0
        for i in range(left):
            place = places[i]
            rows[place] = down[i] * width + across[i]
            places[outside] = place
            outside += rows[place] >= count
        left = outside


@compiled
def hash_leaves(
    columns: tuple[Int64, Int64, Int64],
    figures: Int64,
    order_key: Halves,
    head: Words,
    out: Words,
    native: bool,  # noqa: FBT001 - a compiled loop takes no keywords
) -> None:
    """Write the hashes of the leaves at consecutive places of a partition.

    ``columns`` are accounts, units and incomes; ``head`` is day, fund and status, then the
    day's key.
    """
    accounts, units, incomes = columns
    states, lanes = np.empty((LANES, 8), np.uint32), np.empty((24, LANES), np.uint32)
    blinds, leaves = np.zeros((LANES, WORDS), np.uint32), np.zeros((LANES, WORDS), np.uint32)
    rows, holders = np.empty(AHEAD, np.int64), np.zeros((3, AHEAD), np.int64)
    _begin_messages(blinds, leaves, head)
    first, count = figures[FIRST], figures[COUNT]
    for begun in range(0, count, AHEAD):
        ahead = min(AHEAD, count - begun)
        for i in range(ahead):
            rows[i] = first + begun + i
        rows_at(rows[:ahead], figures, order_key)
        # Apart from the arithmetic, so that many reads of far memory are under way at once.
        for i in range(ahead):
            holders[0, i] = accounts[rows[i]]
            holders[1, i] = units[rows[i]]
            holders[2, i] = incomes[rows[i]]
        for done in range(0, ahead, LANES):
            here = min(LANES, ahead - done)
            _fill_blinds(blinds, holders[0, done : done + LANES], head[11])
            _begin(states)
            compress(states, blinds, lanes, native)
            _fill_leaves(leaves, states, holders[:, done : done + LANES], head)
            _begin(states)
            compress(states, leaves, lanes, native)
            out[begun + done : begun + done + here] = states[:here]


@inlined
def _begin_messages(blinds: Words, leaves: Words, head: Words) -> None:
    """Write what is the same in all messages: day, fund, key, padding."""
    day, fund0 = head[DAY], head[FUND]
    for lane in range(LANES):
        leaves[lane, 0] = day >> np.uint32(8)
        leaves[lane, 1] = np.uint32((day << np.uint32(24)) | (fund0 >> np.uint32(8)))
        leaves[lane, 13] = np.uint32(0x80000000)
        leaves[lane, 15] = 52 * 8
        blinds[lane, 0] = np.uint32(0x02000000) | (head[4] >> np.uint32(8))
        for n in range(1, 8):
            before, after = head[3 + n], head[4 + n]
            blinds[lane, n] = np.uint32((before << np.uint32(24)) | (after >> np.uint32(8)))
        blinds[lane, 15] = 41 * 8


@inlined
def _fill_blinds(words: Words, accounts: Int64, key_end: np.uint32) -> None:
    """Put the accounts into the messages of the blinds."""
    for lane in range(LANES):
        high, low = np.uint32(accounts[lane] >> 32), np.uint32(accounts[lane] & 0xFFFFFFFF)
        words[lane, 8] = np.uint32((key_end << np.uint32(24)) | (high >> np.uint32(8)))
        words[lane, 9] = np.uint32((high << np.uint32(24)) | (low >> np.uint32(8)))
        words[lane, 10] = np.uint32((low << np.uint32(24)) | np.uint32(0x00800000))


@inlined
def _fill_leaves(words: Words, blinds: Words, holders: Int64, head: Words) -> None:
    """Put the holders' figures, status and blinds into the messages of the leaves."""
    # The fund's last two letters are in the upper half of its second word.
    before = np.uint32((head[FUND] << np.uint32(24)) | (head[FUND + 1] >> np.uint32(8)))
    for lane in range(LANES):
        held = before
        for n in range(3):
            high = np.uint32((holders[n, lane] >> 32) & 0xFFFFFFFF)
            low = np.uint32(holders[n, lane] & 0xFFFFFFFF)
            words[lane, 2 + 2 * n] = held | (high >> np.uint32(24))
            words[lane, 3 + 2 * n] = np.uint32((high << np.uint32(8)) | (low >> np.uint32(24)))
            held = np.uint32(low << np.uint32(8))
        words[lane, 8] = held | head[STATUS]
        for n in range(4):
            words[lane, 9 + n] = blinds[lane, n]


@compiled
def hash_parents(nodes: Words, parents: Words, native: bool) -> None:  # noqa: FBT001
    """Write the hashes of the nodes over these, which are whole families: the last has zeros."""
    states = np.empty((LANES, 8), np.uint32)
    words, lanes = np.empty((LANES, WORDS), np.uint32), np.empty((24, LANES), np.uint32)
    families = nodes.reshape(-1)
    for done in range(0, parents.shape[0], LANES):
        here = min(LANES, parents.shape[0] - done)
        _begin(states)
        for block in range(3):
            for lane in range(here):
                _fill_node(words[lane], families[(done + lane) * 32 :], block)
            compress(states, words, lanes, native)
        parents[done : done + here] = states[:here]


@inlined
def _fill_node(words: Words, children: Words, block: int) -> None:
    """Make up a block of a node's message: 0x01, four hashes, padding."""
    if block == 2:
        words[0] = np.uint32((children[31] << np.uint32(24)) | np.uint32(0x00800000))
        for n in range(1, 15):
            words[n] = 0
        words[15] = 129 * 8
        return
    first = block * WORDS
    before = np.uint32(1) if block == 0 else children[first - 1]
    words[0] = np.uint32((before << np.uint32(24)) | (children[first] >> np.uint32(8)))
    for n in range(1, WORDS):
        before, after = children[first + n - 1], children[first + n]
        words[n] = np.uint32((before << np.uint32(24)) | (after >> np.uint32(8)))
