"""The root changes with every figure that is sealed, and with the day before."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from huoqi.close.rules.seal import NO_ROOT, Sealed, chain_digest, is_kept, root_of

DAY = Sealed(
    fund="990001",
    on=date(2015, 5, 11),
    holder_count=2,
    total_units_e2=1_010_138,
    total_income_fen=-138,
    book_sha256=bytes(range(32)),
    chain_sha256=bytes(32),
    previous_root=NO_ROOT,
)


def test_the_root_is_the_same_on_every_machine() -> None:
    assert root_of(DAY).hex() == (
        "e6bb5490bd7d1267f2922ea2fb191a9af15fdcb64963b02448c07ba5751b3d05"
    )


def test_every_figure_counts() -> None:
    others = [
        replace(DAY, fund="990002"),
        replace(DAY, on=date(2015, 5, 12)),
        replace(DAY, holder_count=3),
        replace(DAY, total_units_e2=1_010_139),
        replace(DAY, total_income_fen=138),
        replace(DAY, book_sha256=bytes(32)),
        replace(DAY, chain_sha256=bytes(range(32))),
        replace(DAY, previous_root=root_of(DAY)),
    ]

    assert len({root_of(day) for day in [DAY, *others]}) == 9


def test_chain_heads_belong_to_their_shards() -> None:
    assert chain_digest([(0, b"a" * 32), (1, b"b" * 32)]) != chain_digest([
        (0, b"b" * 32),
        (1, b"a" * 32),
    ])


def test_the_digest_of_the_chains_is_the_same_on_every_machine() -> None:
    heads = [(300, b"b" * 32), (1, b"a" * 32)]

    assert (
        chain_digest(heads).hex()
        == "40c0034b37a22b4ddac456dce77a662975284cf05e5bc509d05089729134dd17"
    )
    assert (
        chain_digest(heads)
        == hashlib.sha256(
            b"huoqi-chains-v1\n" + b"\x00\x01" + b"a" * 32 + b"\x01\x2c" + b"b" * 32
        ).digest()
    )


def test_books_are_kept_for_forty_days_and_at_month_ends() -> None:
    closed_on = date(2015, 7, 20)
    days = [closed_on - timedelta(days=n) for n in range(80)]

    gone = [on for on in days if not is_kept(on, closed_on=closed_on, days=40)]

    assert gone[0] == date(2015, 6, 10)
    assert date(2015, 5, 31) not in gone
    assert len(gone) == 39
    assert is_kept(date.max, closed_on=date.max, days=1)
