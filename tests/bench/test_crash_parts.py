"""Parts of the crash harness: what is thrown away, who stands still, what is out of order."""

import random
import struct
from pathlib import Path

import pytest

from bench.crashing.books import Findings, in_order
from bench.crashing.diary import Diary, DiaryClosed, Wish, wishes_of
from bench.crashing.points import Point, Watch
from bench.crashing.replay import LongShard
from bench.crashing.unsynced import SECTOR, Write, image_before, mixed, read_journal
from bench.memory import slope_kib_per_min
from huoqi.kit.ids import SeededIds
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.transfers import Transfer, hold, post, post_pending, reverse, runs, void
from tests.ledger.harness import ON, START
from tests.ledger.model import Account, Member, Shard


def record(offset: int, old: bytes, *, size: int, at: int = 1) -> bytes:
    """Return a write as the preloaded library keeps it."""
    magic = 0x716F75686B617266
    return struct.pack("<QQqqqq", magic, at, offset, len(old), len(old), size) + old


def test_a_file_goes_back_to_what_was_synced_last() -> None:
    writes = [Write(1, 0, 2, b"ab", 4), Write(2, 0, 2, b"XY", 4), Write(3, 4, 3, b"", 4)]

    assert image_before(b"ZZcdnew", writes) == b"abcd"


def test_a_file_that_was_cut_gets_its_end_back() -> None:
    assert image_before(b"ab", [Write(1, 2, 0, b"cdef", 6)]) == b"abcdef"


def test_a_write_that_was_cut_off_by_the_kill_was_never_carried_out() -> None:
    whole, later = record(0, b"one", size=3), record(9, b"two", size=12, at=2)
    torn = record(5, b"never", size=9)[:-3]

    assert [w.offset for w in read_journal(whole + torn + later)] == [0, 9]
    assert [w.offset for w in read_journal(whole + torn)] == [0]


def test_a_mixed_file_has_each_sector_from_one_side() -> None:
    now, before = b"n" * 4 * SECTOR, b"b" * 4 * SECTOR
    writes = [Write(1, 0, 4 * SECTOR, before, 4 * SECTOR)]

    image = mixed(now, before, writes, dice=random.Random(1))

    sectors = {image[at : at + SECTOR] for at in range(0, len(image), SECTOR)}
    assert sectors == {b"n" * SECTOR, b"b" * SECTOR}


class Place:
    """Something that is called."""

    @staticmethod
    def call() -> None:
        """Do nothing."""


def test_the_watch_stands_still_at_the_call_it_was_armed_for() -> None:
    stops: list[str] = []
    watch = Watch(stand_still=lambda: stops.append("still"))
    watch.observe("the call", Point(Place, "call", is_after=True))
    watch.arm("the call|2\n")

    Place.call()
    before = list(stops)
    Place.call()
    Place.call()

    assert (before, stops) == ([], ["still"])


def wish(key: str, *, sent: int, told: int) -> Wish:
    """Return a request that was answered."""
    return Wish(key, "purchases", 1, {}, sent, told_ns=told, status=201)


def test_what_was_answered_first_must_not_come_after_what_was_sent_later() -> None:
    early, late = wish("early", sent=1, told=2), wish("late", sent=3, told=4)
    found, sound = Findings(), Findings()

    in_order([early, late], {"early": (2,), "late": (1,)}, found, where="orders")
    in_order([early, late], {"early": (1,), "late": (2,)}, sound, where="orders")

    assert (len(found.disordered), sound.disordered) == (1, [])


def test_a_diary_is_read_as_it_was_written(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "diary")
    diary.write("ask", "k", kind="purchases", who=7, body="{}")
    diary.write("unsure", "k")
    diary.write("told", "k", status=201, digest="d", order="o", code="")
    diary.write("again", "k", status=201, digest="d")
    diary.close()

    (read,) = wishes_of(tmp_path / "diary").values()
    assert (read.who, read.unsure, read.status, read.again) == (7, 1, 201, [(201, "d")])
    with pytest.raises(DiaryClosed):
        diary.write("ask", "other", kind="purchases", who=7, body="{}")


def requests(dice: random.Random, ids: SeededIds, known: list[Transfer]) -> list[Transfer]:
    """Return a batch with everything in it."""
    batch: list[Transfer] = []
    for _ in range(dice.randrange(1, 6)):
        chance, group = dice.random(), ids.new(START) if dice.random() < 0.4 else None
        target = dice.choice(known) if known else None
        if chance < 0.35 and target is not None:
            make = dice.choice(("post", "void", "reverse"))
            if make == "reverse":
                new = reverse(ids.new(START), target_id=target.id, shard=0, code=1, effective_on=ON)
            elif make == "void":
                new = void(ids.new(START), hold_id=target.id, shard=0, code=1, effective_on=ON)
            else:
                new = post_pending(
                    ids.new(START), hold_id=target.id, shard=0, code=1, effective_on=ON
                )
            batch.append(new)
            continue
        for _ in range(2 if group else 1):
            payer, payee = dice.sample(range(1, 6), 2)
            make_plain = hold if dice.random() < 0.4 else post
            batch.append(
                make_plain(
                    ids.new(START),
                    debit=payer,
                    credit=payee,
                    amount=dice.randrange(1, 60),
                    code=1,
                    effective_on=ON,
                    group=group,
                )
            )
    return batch


def test_the_model_for_long_journals_says_what_the_plain_one_says() -> None:
    dice, ids = random.Random(20150511), SeededIds("long")
    plain, long = Shard(0), LongShard(0)
    for number in range(1, 6):
        flags = AccountFlag.NO_DEBIT_OVERDRAFT if number % 2 else AccountFlag(0)
        for shard in (plain, long):
            shard.accounts[number] = Account(1, flags)
    known: list[Transfer] = []
    for _ in range(150):
        batch = requests(dice, ids, known)
        members: list[Member] = [(t, n, False) for t, n in zip(batch, runs(batch), strict=True)]
        assert long.post(members, START) == plain.post(members, START)
        assert (long.seq, long.hash) == (plain.seq, plain.hash)
        known = [*known, *batch][-40:]
    assert {n: a.now for n, a in long.accounts.items()} == {
        n: a.now for n, a in plain.accounts.items()
    }


def test_growth_is_the_slope_of_the_samples() -> None:
    assert slope_kib_per_min([(0.0, 10), (60.0, 12), (120.0, 14)]) == 2
    assert slope_kib_per_min([(0.0, 10)]) == 0
    assert slope_kib_per_min([(5.0, 10), (5.0, 12)]) == 0
