"""The hash chain: fixed forms, and each way in which a link can be wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from huoqi.ledger.rules.chain import (
    AssetSums,
    JournalRow,
    Link,
    add_to_sums,
    genesis,
    item_bytes,
    items_digest,
    link_fault,
    link_hash,
    sums_text,
)

_AT = datetime(2015, 5, 11, 1, tzinfo=UTC)
_ROW = JournalRow(0, UUID(int=1), 1, 11, 12, 100, 1, 7, None, 5608, None, -5, 0)
_SUMS = {1: AssetSums(100, 0)}
_COUNT, _ITEMS = items_digest([_ROW])
_HASH = link_hash(genesis(0), seq=1, at=_AT, count=1, sums=sums_text(_SUMS), items=_ITEMS)
_BEFORE = Link(0, None, 0, {}, b"", genesis(0))
_LINK = Link(1, _AT, 1, _SUMS, genesis(0), _HASH)


def test_an_item_has_98_bytes_in_big_endian() -> None:
    data = item_bytes(_ROW._replace(ref_id=UUID(int=3), group=UUID(int=4)))

    assert len(data) == 98
    assert data[:4] == bytes(4)
    assert data[20:22] == b"\x00\x01"
    assert data[22:30] == (11).to_bytes(8, "big")


def test_every_field_of_an_item_is_at_its_place() -> None:
    whole = _ROW._replace(ref_id=UUID(int=3), group=UUID(int=4))

    fields = """
        00000000 00000000000000000000000000000001 0001
        000000000000000b 000000000000000c 0000000000000064 0001 00000007
        00000000000000000000000000000003 000015e8
        00000000000000000000000000000004 fffffffffffffffb 0000
    """
    assert item_bytes(whole) == bytes.fromhex(fields)
    # No reference and no group are sixteen zeros each.
    none = whole._replace(ref_id=UUID(int=0), group=UUID(int=0))
    assert item_bytes(_ROW) == item_bytes(none)


def test_a_batch_is_counted_and_digested_in_order() -> None:
    second = _ROW._replace(idx=1, id=UUID(int=2))

    assert items_digest([]) == (0, sha256(b"").digest())
    assert items_digest([_ROW, second]) == (
        2,
        sha256(item_bytes(_ROW) + item_bytes(second)).digest(),
    )
    assert items_digest([second, _ROW]) != items_digest([_ROW, second])


def test_sums_have_one_form_whatever_their_order() -> None:
    assert sums_text({101: AssetSums(5, -5), 1: AssetSums(100, 0)}) == "1:100:0;101:5:-5"


def test_a_shards_first_hash_never_changes() -> None:
    assert genesis(0) == sha256(b"huoqi ledger chain \x00\x00").digest()
    assert genesis(258) == sha256(b"huoqi ledger chain \x01\x02").digest()


def test_a_link_never_changes_between_versions() -> None:
    assert _HASH.hex() == "47c8061e551cb772c643b17a7ed2aafa3bf14e0a18cae39e9c3fa1a74559bd95"


def test_shards_begin_with_different_hashes() -> None:
    assert genesis(0) != genesis(1)


def test_refused_rows_move_nothing_and_applied_ones_add_up() -> None:
    sums: dict[int, AssetSums] = {}
    add_to_sums(sums, _ROW, released=0)
    add_to_sums(sums, _ROW._replace(kind=2, amount=30), released=0)
    add_to_sums(sums, _ROW._replace(kind=3, amount=20), released=30)
    add_to_sums(sums, _ROW._replace(result=40), released=0)
    add_to_sums(sums, _ROW._replace(asset=101, kind=4, amount=9), released=9)

    assert sums == {1: AssetSums(120, 0), 101: AssetSums(0, -9)}


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        (_LINK, None),
        (replace(_LINK, seq=2), "a batch is missing"),
        (replace(_LINK, prev_hash=genesis(1)), "it does not follow the batch before"),
        (replace(_LINK, count=2), "rows are missing or too many"),
        (replace(_LINK, sums={1: AssetSums(99, 0)}), "its sums are not those of its rows"),
        (replace(_LINK, hash=genesis(1)), "its rows are not what was hashed"),
        (replace(_LINK, at=_AT + timedelta(seconds=1)), "its rows are not what was hashed"),
    ],
)
def test_each_fault_of_a_link_is_named(link: Link, fault: str | None) -> None:
    assert link_fault(link, before=_BEFORE, count=_COUNT, sums=_SUMS, items=_ITEMS) == fault


@pytest.mark.parametrize(("seconds", "fault"), [(0, None), (1, "its instant goes back")])
def test_an_instant_may_stand_still_but_not_go_back(seconds: int, fault: str | None) -> None:
    before = replace(_BEFORE, at=_AT + timedelta(seconds=seconds))

    assert link_fault(_LINK, before=before, count=_COUNT, sums=_SUMS, items=_ITEMS) == fault
