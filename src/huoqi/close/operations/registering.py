"""What a register says of a holder whose figure differs: the income in it, where it stands."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np

from huoqi.close._store.breaks import Break
from huoqi.close._store.registers import RegisterUsed
from huoqi.close.day_columns import Day
from huoqi.fund.managers.port import Register
from huoqi.fund.rules.allocation import Becoming


def with_incomes(found: Sequence[Break], *, day: Day, register: Register) -> list[Break]:
    """Return holders' breaks with what each earned by our rule and by the register, and its row.

    Units differ by a day's income where it becomes units on that day; of a month that still
    accrues it is the accrued income that differs by it.
    """
    return [_with_income(row, day=day, register=register) for row in found]


def fund_income_breaks(day: Day, *, given_fen: int | None) -> list[Break]:
    """Return the break between all incomes, accepted figures included, and the fund's income."""
    fund_fen = day.totals.total_income_fen if given_fen is None else given_fen
    if day.income_fen == fund_fen:
        return []
    detail = "all incomes and the fund's published income"
    return [Break("fund_income", 1, None, day.income_fen, fund_fen, detail)]


def register_of(register: Register) -> RegisterUsed:
    """Return what is kept of the register that a day was compared with."""
    names = [file.name for file in register.files]
    digests = [file.sha256 for file in register.files]
    one = digests[0] if len(digests) == 1 else sha256(b"".join(digests)).digest()
    source = names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}" if names else ""
    digest = one if names else None
    records = register.record_nos
    is_in_order = len(names) == 1 and (not records or records == list(range(1, len(records) + 1)))
    return RegisterUsed(
        source,
        digest,
        len(names),
        register.holder_count,
        register.total_units_e2,
        is_in_order,
    )


def _with_income(row: Break, *, day: Day, register: Register) -> Break:
    account = row.account_no
    if account is None:
        return row
    stands = register.row_of(account)
    if stands is not None:
        row = replace(
            row,
            source=stands.file.name,
            record_no=stands.record_no,
            source_sha256=stands.file.sha256,
        )
    elif register.files:
        file = register.files[0]
        row = replace(row, source=file.name, source_sha256=file.sha256)
    at = int(np.searchsorted(day.earning.accounts, account))
    if at == day.earning.accounts.size or int(day.earning.accounts[at]) != account:
        return row
    ours_fen = int(day.incomes_fen[at])
    is_income = (day.row.becomes is Becoming.ACCRUED) == (row.kind == "register_accrued")
    assert row.ours is not None
    assert row.theirs is not None
    return replace(
        row,
        earning_e2=int(day.earning.units_e2[at]),
        income_ours=ours_fen,
        income_theirs=ours_fen + row.theirs - row.ours if is_income else None,
    )
