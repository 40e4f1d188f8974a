"""What the offline check finds in packs made by hand; whole days: tests/close/test_evidence.py."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from huoqi.close.rules.evidence import FORMAT, Fact, lines_of
from huoqi.close.rules.evidence_check import Verdict, check
from huoqi.close.rules.seal import Sealed, chain_digest, root_of
from huoqi.ledger.rules.chain import (
    AssetSums,
    JournalRow,
    genesis,
    items_digest,
    link_hash,
    sums_text,
)

AT = datetime(2015, 5, 11, 18, 0, tzinfo=UTC)
HEAD = {"part": "head", "format": FORMAT, "on": "2015-05-11"}
REF = UUID(int=2)
ROW = JournalRow(0, UUID(int=1), 1, 10, 20, 500, 1, 7, REF, 5609, UUID(int=3), -4, 0)
START = {"part": "chain", "shard": 0, "seq": 0, "hash": genesis(0).hex()}


def _batch(*, seq: int = 1, before: bytes = genesis(0), with_rows: bool = True) -> Fact:
    sums = {1: AssetSums(500, 0)}
    _, items = items_digest([ROW])
    hash_ = link_hash(before, seq=seq, at=AT, count=1, sums=sums_text(sums), items=items)
    return {
        "part": "batch",
        "shard": 0,
        "seq": seq,
        "at": AT.isoformat(),
        "count": 1,
        "sums": {"1": [500, 0]},
        "prev_hash": before.hex(),
        "hash": hash_.hex(),
        "items": items.hex(),
        "with_rows": with_rows,
    }


def _row(*, batch: int = 1, row: JournalRow = ROW) -> Fact:
    values = [str(value) if isinstance(value, UUID) else value for value in row]
    return {"part": "row", "shard": 0, "batch": batch, "row": [*values, 0]}


def _close(heads: list[tuple[int, bytes]], *, here: bool = True) -> Fact:
    sealed = Sealed(
        "990001", date(2015, 5, 11), 1, 700, 9, bytes(32), chain_digest(heads), bytes(32)
    )
    return {
        "part": "close",
        "chain_is_here": here,
        "fund": "990001",
        "on": "2015-05-11",
        "holder_count": 1,
        "total_units_e2": 700,
        "total_income_fen": 9,
        "book_sha256": bytes(32).hex(),
        "chain_sha256": sealed.chain_sha256.hex(),
        "previous_root": bytes(32).hex(),
        "root": root_of(sealed).hex(),
        "closed_at": AT.isoformat(),
    }


FIGURES: tuple[Fact, ...] = (
    {"part": "day", "fund": "990001", "total_units_e2": 691, "total_income_fen": 9},
    {"part": "day_shard", "fund": "990001", "shard": 0, "units_e2": 691, "income_fen": 9},
    {"part": "control", "fund": "990001", "shard": 0, "units_e2": 700},
)


def _checked(*facts: Fact) -> Verdict:
    return check(lines_of([HEAD, *facts]))


def _found(*facts: Fact) -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in _checked(*facts).faults]


def test_a_pack_with_all_its_rows_is_sound() -> None:
    first = _batch()
    second = _batch(seq=2, before=bytes.fromhex(first["hash"]), with_rows=False)
    close = _close([(0, bytes.fromhex(second["hash"]))])

    tied = {"part": "trial", "asset": "CNY", "debits_posted": 5, "credits_posted": 5}
    act = {"part": "act", "seq": 1}
    verdict = _checked(START, first, _row(), second, close, *FIGURES, tied, act)

    assert verdict.faults == ()
    assert verdict.is_sound
    assert verdict.chains == {0: second["hash"]}
    assert verdict.parts["batch"] == 2


def test_rows_without_a_transfer_that_they_resolve_are_read_too() -> None:
    plain = ROW._replace(ref_id=None, group=None)
    _, items = items_digest([plain])
    sums = sums_text({1: AssetSums(500, 0)})
    hash_ = link_hash(genesis(0), seq=1, at=AT, count=1, sums=sums, items=items)

    assert _found(START, {**_batch(), "hash": hash_.hex()}, _row(row=plain)) == []


def test_an_altered_row_fails_its_batch() -> None:
    altered = _row(row=ROW._replace(credit=21))

    assert _found(START, _batch(), altered) == [
        ("ledger shard 0, batch 1", "its rows are not what was hashed")
    ]


def test_a_left_out_batch_and_a_row_of_another_are_found() -> None:
    assert _found(START, _batch(seq=2), _row(batch=2)) == [
        ("ledger shard 0, batch 2", "a batch is missing")
    ]
    (where, what), *_ = _found(START, _row())
    assert (where[:14], what) == ("ledger shard 0", "it stands in no batch of its number")


def test_a_digest_of_rows_left_out_counts_as_the_rows() -> None:
    altered = {**_batch(with_rows=False), "items": "00" * 32}

    assert _found(START, altered) == [
        ("ledger shard 0, batch 1", "its rows are not what was hashed")
    ]


def test_the_seal_is_compared_with_the_chains_only_where_they_reach_it() -> None:
    other = [(0, b"another")]

    assert _found(START, _close(other), *FIGURES) == [
        ("seal of fund 990001", "the ledger's chains are not those it sealed")
    ]
    assert _found(START, _close(other, here=False), *FIGURES) == []
    assert _found(START, _close([(0, genesis(0))]), *FIGURES) == []


def test_a_closed_day_needs_its_published_row() -> None:
    assert _found(_close([], here=False)) == [
        ("day of fund 990001", "the published row is missing")
    ]
    assert _found(FIGURES[0]) == []


def test_sums_and_debits_are_compared() -> None:
    trial = {"part": "trial", "asset": "CNY", "debits_posted": 5, "credits_posted": 4}
    short = {**FIGURES[1], "income_fen": 8}

    assert _found(trial) == [("trial balance of CNY", "debits 5, credits 4")]
    assert _found(_close([], here=False), FIGURES[0], short, FIGURES[2]) == [
        ("income of the shards of fund 990001", "8, and the day says 9")
    ]
    close = {**_close([], here=False), "holder_count": 2}
    assert _found(close, *FIGURES) == [
        ("seal of fund 990001", "its root is not that of what it seals")
    ]


@pytest.mark.parametrize(
    "fact",
    [
        {"part": "chain", "shard": 0, "seq": 0, "hash": "zz"},
        {**START, "shard": None},
        {**_row(), "shard": 9},
        {"part": "close", "fund": "990001"},
    ],
)
def test_facts_of_another_form_are_named(fact: Fact) -> None:
    (_, what), *_ = _found(fact)

    assert what == "a field is missing or has another form"


def test_a_row_with_a_number_as_text_is_of_another_form() -> None:
    row = _row()
    found = _found(START, _batch(), {**row, "row": ["0", *row["row"][1:]]})

    assert found[0][1] == "a field is missing or has another form"


def test_a_pack_begins_with_its_head_and_stops_at_its_end() -> None:
    lines = list(lines_of([HEAD]))
    begins = "the pack does not begin as one of this form"

    assert [each.what for each in check(lines_of([START])).faults] == [begins]
    assert [each.what for each in check(lines_of([{**HEAD, "format": "x"}])).faults] == [begins]
    assert [each.what for each in check([*lines, lines[0]]).faults] == ["something follows its end"]
    assert [each.what for each in check(lines[:-1]).faults] == ["it has no end: lines are missing"]


def test_unreadable_lines_and_wrong_sums_are_named() -> None:
    head, end = lines_of([HEAD])

    found = check([head, b"nothing\n", end]).faults

    assert [(each.line, each.where) for each in found] == [
        (2, "unknown"),
        (3, "the end"),
        (3, "the end"),
    ]
