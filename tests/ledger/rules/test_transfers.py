"""What a transfer is: shape, fingerprint, runs of linked groups."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast  # Any: fields of a named tuple, by their names.
from uuid import UUID

import pytest

from huoqi.kit.ids import derived_id
from huoqi.ledger.rules import transfers
from huoqi.ledger.rules.transfers import (
    INT64_MAX,
    ResultCode,
    Transfer,
    TransferKind,
    expire,
    fingerprint,
    hold,
    malformation,
    post,
    post_pending,
    reverse,
    routable,
    runs,
    shard_of_account,
    split_runs,
    void,
)
from tests.ledger.harness import About

_ID = UUID(int=1)
_OTHER = UUID(int=2)
_ON = date(2015, 5, 11)
_AT = datetime(2015, 5, 11, 16, tzinfo=UTC)
_ABOUT: About = {"code": 7, "effective_on": _ON}
_POST = post(_ID, debit=11, credit=12, amount=100, **_ABOUT)
_HOLD = hold(_ID, debit=11, credit=12, amount=100, expires_at=_AT, **_ABOUT)
_PART = post_pending(_ID, hold_id=_OTHER, shard=3, amount=40, **_ABOUT)
_VOID = void(_ID, hold_id=_OTHER, shard=3, **_ABOUT)
_MIRROR = reverse(_ID, target_id=_OTHER, shard=3, **_ABOUT)
_EXPIRY = expire(_OTHER, shard=3, effective_on=_ON)


@pytest.mark.parametrize("made", [_POST, _HOLD, _PART, _VOID, _MIRROR, _EXPIRY])
def test_what_the_constructors_make_is_well_formed(made: Transfer) -> None:
    assert malformation(made) is None
    assert routable(made)


def test_a_movement_and_a_hold_name_their_accounts() -> None:
    group = UUID(int=9)
    sides = About(code=7, effective_on=_ON)

    assert post(_ID, debit=11, credit=12, amount=100, **sides) == (
        *(_ID, TransferKind.POST, 11, 12, 100, 1, 7, None, _ON),
        *(None, None),
    )
    assert hold(_ID, debit=11, credit=12, amount=100, **sides) == (
        *(_ID, TransferKind.PENDING, 11, 12, 100, 1, 7, None, _ON),
        *(None, None),
    )
    assert post(_ID, debit=11, credit=12, amount=100, asset=2, group=group, **sides)[5:] == (
        *(2, 7, None, _ON),
        *(group, None),
    )
    timed = hold(
        _ID, debit=11, credit=12, amount=100, asset=2, group=group, expires_at=_AT, **sides
    )
    assert timed[5:] == (2, 7, None, _ON, group, _AT)


def test_what_refers_to_another_names_it_and_its_shard() -> None:
    group = UUID(int=9)
    about = About(code=7, effective_on=_ON)
    place = 3 << 48

    assert post_pending(_ID, hold_id=_OTHER, shard=3, amount=40, group=group, **about) == (
        *(_ID, TransferKind.POST_PENDING, place, place, 40, 0, 7, _OTHER, _ON),
        *(group, None),
    )
    assert post_pending(_ID, hold_id=_OTHER, shard=3, **about).amount == 0
    assert void(_ID, hold_id=_OTHER, shard=3, group=group, **about) == (
        *(_ID, TransferKind.VOID, place, place, 0, 0, 7, _OTHER, _ON),
        *(group, None),
    )
    assert reverse(_ID, target_id=_OTHER, shard=3, group=group, **about) == (
        *(_ID, TransferKind.REVERSE, place, place, 0, 0, 7, _OTHER, _ON),
        *(group, None),
    )


def test_an_expiry_is_the_same_for_ever() -> None:
    made = expire(_OTHER, shard=3, effective_on=_ON)

    assert made.id == derived_id(_OTHER, action="ledger.expire")
    assert made[1:] == (
        *(TransferKind.EXPIRE, 3 << 48, 3 << 48, 0, 0, 1, _OTHER, _ON),
        *(None, None),
    )


@pytest.mark.parametrize(
    "edge",
    [
        {"credit": 0},
        {"credit": INT64_MAX},
        {"asset": 0},
        {"asset": 2**15 - 1},
        {"code": -(2**31)},
        {"code": 2**31 - 1},
    ],
)
def test_the_ends_of_every_range_are_taken(edge: dict[str, int]) -> None:
    assert malformation(_POST._replace(**cast(dict[str, Any], edge))) is None


@pytest.mark.parametrize("beyond", [{"asset": -1}, {"code": -(2**31) - 1}])
def test_numbers_below_every_range_are_refused(beyond: dict[str, int]) -> None:
    wrong = _POST._replace(**cast(dict[str, Any], beyond))

    assert malformation(wrong) == ResultCode.AMOUNT_RANGE


def test_a_reference_carries_its_shard_and_no_accounts() -> None:
    assert _PART[2:6] == (3 << 48, 3 << 48, 40, 0)
    assert shard_of_account(_VOID.debit) == 3


def test_an_expiry_has_one_id_for_its_hold() -> None:
    assert _EXPIRY.id == expire(_OTHER, shard=3, effective_on=_ON).id != _OTHER


def test_the_largest_amount_is_the_largest_that_64_bits_hold() -> None:
    assert malformation(_POST._replace(amount=9_223_372_036_854_775_807)) is None
    too_much = _POST._replace(amount=9_223_372_036_854_775_808)
    assert malformation(too_much) == ResultCode.AMOUNT_RANGE


@pytest.mark.parametrize("amount", [1, INT64_MAX])
def test_the_amounts_at_both_ends_of_the_range_are_taken(amount: int) -> None:
    assert malformation(_POST._replace(amount=amount)) is None


@pytest.mark.parametrize(
    "bad",
    [
        _POST._replace(amount=0),
        _POST._replace(amount=-1),
        _POST._replace(amount=INT64_MAX + 1),
        _PART._replace(amount=-1),
        _VOID._replace(amount=1),
        _MIRROR._replace(amount=1),
        _POST._replace(credit=-1),
        _POST._replace(credit=INT64_MAX + 1),
        _POST._replace(asset=2**15),
        _POST._replace(code=2**31),
    ],
)
def test_a_number_out_of_its_range_is_refused(bad: Transfer) -> None:
    assert malformation(bad) == ResultCode.AMOUNT_RANGE


@pytest.mark.parametrize(
    "bad",
    [
        _POST._replace(ref_id=_OTHER),
        _POST._replace(expires_at=_AT),
        _POST._replace(kind=cast(TransferKind, 0)),
        _VOID._replace(kind=cast(TransferKind, 7)),
        _VOID._replace(ref_id=None),
        _VOID._replace(debit=11),
        _VOID._replace(debit=(3 << 48) | 5, credit=(3 << 48) | 5),
        _PART._replace(asset=1),
        _PART._replace(expires_at=_AT),
    ],
)
def test_a_shape_that_no_kind_has_is_refused(bad: Transfer) -> None:
    assert malformation(bad) == ResultCode.BAD_KIND


def test_both_sides_on_one_account_are_refused() -> None:
    assert malformation(_POST._replace(credit=11)) == ResultCode.SAME_ACCOUNT


def test_the_first_reason_in_the_table_wins() -> None:
    wrong = _POST._replace(amount=0, ref_id=_OTHER, credit=11)

    assert malformation(wrong) == ResultCode.AMOUNT_RANGE
    assert malformation(wrong._replace(amount=1)) == ResultCode.BAD_KIND


@pytest.mark.parametrize("debit", [-1, 2**63, 2**70])
def test_an_account_without_a_shard_is_not_routable(debit: int) -> None:
    assert not routable(_POST._replace(debit=debit))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": TransferKind.PENDING},
        {"debit": 13},
        {"credit": 13},
        {"amount": 101},
        {"asset": 2},
        {"code": 8},
        {"ref_id": _OTHER},
        {"effective_on": _ON + timedelta(days=1)},
        {"group": _OTHER},
        {"expires_at": _AT},
    ],
)
def test_the_fingerprint_covers_every_field_but_the_id(change: dict[str, Any]) -> None:
    assert fingerprint(_POST._replace(**change)) != fingerprint(_POST)
    assert fingerprint(_POST._replace(id=_OTHER)) == fingerprint(_POST)


def test_a_fingerprint_never_changes_between_versions() -> None:
    assert [fingerprint(t) for t in (_POST, _HOLD, _PART)] == [
        -6319572153817639101,
        -5863416388757476640,
        1525477566665702301,
    ]


def test_instants_and_dates_count_from_2000() -> None:
    assert transfers.days_since_2000(date(2000, 1, 2)) == 1
    assert transfers.micros_since_2000(datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000


def _in_group(number: int, group: int | None, shard: int = 0) -> Transfer:
    given = None if group is None else UUID(int=group)
    return _POST._replace(id=UUID(int=number), group=given, debit=shard << 48 | 1)


def test_a_run_is_a_stretch_of_one_group() -> None:
    items = [_in_group(n, g) for n, g in enumerate([None, 1, 1, 2, None, 2, 2])]

    assert runs(items) == [None, 1, 1, 2, None, 3, 3]


def test_a_repeated_id_begins_a_new_run() -> None:
    items = [_in_group(n, 1) for n in (1, 2, 1, 2)]

    assert runs(items) == [1, 1, 2, 2]


def test_a_run_over_two_shards_is_split() -> None:
    items = [
        _in_group(1, 1),
        _in_group(2, 1, shard=1),
        _in_group(3, None, shard=1),
        _in_group(4, 2),
    ]

    assert split_runs(items, numbers=runs(items)) == frozenset({1})


def test_only_what_is_decided_is_stored() -> None:
    stored = [code for code in ResultCode if code.stored]

    assert stored[0] == ResultCode.OK
    assert stored[1:] == [c for c in ResultCode if 20 <= c <= 71]
