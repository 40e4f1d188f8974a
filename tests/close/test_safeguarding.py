"""Customers' money is at the banks to the fen, or the company says by how much and why not."""

from datetime import timedelta

import pytest

from huoqi.close._store import bank_days
from huoqi.close._store.bank_days import SafeguardingCheck
from huoqi.close.operations.safeguarding import check_safeguards
from huoqi.close.rules.resolutions import Action
from huoqi.events.queries import events_after
from huoqi.fund.orders import Speed
from huoqi.kit.db import Work
from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.operations.correcting import Correction, book_correction
from huoqi.payments.operations.matching import payout_stop
from huoqi.payments.queries import orders_of_customer
from huoqi.payments.rules.reducer import State
from tests.close.test_bank_matching import TUESDAY, moved, queue, spoil
from tests.close.test_bank_resolution import resolve
from tests.close.world import MONDAY, Company, company_on

ONE, TWO = 10_000, 20_000


def last_check(company: Company) -> SafeguardingCheck:
    with company.database.work(while_advancing=True) as work:
        return bank_days.checks(work, until=MONDAY + timedelta(days=40), limit=1)[0]


def is_stopped(company: Company) -> bool:
    with company.database.work(while_advancing=True) as work:
        return payout_stop(work) is not None


def look(company: Company) -> SafeguardingCheck | None:
    return company.database.run(check_safeguards, while_advancing=True)


def test_a_clean_day_has_every_fen_where_it_belongs(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: ONE, 2: TWO})
        moved(company, on=TUESDAY)
        company.buy({1: 500})

        check = look(company)

        assert check is not None
        assert (check.held_fen, check.booked_fen) == (ONE + TWO, ONE + TWO + 500)
        assert (check.in_transit_fen, check.breaks_fen, check.unexplained_fen) == (500, 0, 0)
        assert check.owed_fen == check.booked_fen
        assert not is_stopped(company)


@pytest.mark.parametrize(
    "fault",
    [
        "statement_missing_line",
        "statement_duplicate_line",
        "statement_wrong_amount",
        "statement_unknown_line",
    ],
)
def test_what_a_break_explains_stops_nothing(dsn: str, fault: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: ONE, 2: TWO})
        spoil(company, fault)
        moved(company, on=TUESDAY)

        check = last_check(company)

        assert check.breaks_fen == check.booked_fen - check.held_fen != 0
        assert check.unexplained_fen == 0
        (found,) = queue(company)
        resolve(company, found, _first(fault))
        after = look(company)
        assert after is not None
        assert after.unexplained_fen == 0
        assert after.booked_fen - after.held_fen == after.breaks_fen + after.in_transit_fen
        assert not is_stopped(company)


def _first(fault: str) -> Action:
    return {
        "statement_missing_line": Action.MARK_RECEIVED,
        "statement_duplicate_line": Action.VOID_LINE,
        "statement_wrong_amount": Action.EDIT_BY_REVERSAL,
        "statement_unknown_line": Action.CREATE_ENTRY,
    }[fault]


def test_a_late_bank_is_not_judged(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: ONE, 2: TWO})
        moved(company, on=TUESDAY)
        company.buy({1: 700})
        spoil(company, "statement_late")
        moved(company, on=TUESDAY + timedelta(days=1))

        assert last_check(company).banks["ICBC"]["waits"] == 1
        assert not is_stopped(company)


def test_what_nobody_can_explain_stops_payouts_until_it_is(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: ONE, 2: TWO})
        moved(company, on=TUESDAY + timedelta(days=2))
        amounts = [(AccountKind.SUSPENSE, AccountKind.BANK_CLEARING, 77, False)]

        def take(work: Work) -> None:
            book_correction(work, Correction(work.new_id(), "lost", "ICBC", amounts))

        company.database.run(take, while_advancing=True)
        check = look(company)

        assert check is not None
        assert (check.unexplained_fen, check.is_breach) == (-77, True)
        assert is_stopped(company)
        company.sell(1, 5_000, speed=Speed.FAST)
        assert payouts(company) == [State.RESERVED]
        company.buy({2: 300})  # money still comes in

        back = [(AccountKind.BANK_CLEARING, AccountKind.SUSPENSE, 77, False)]
        company.database.run(
            lambda work: book_correction(work, Correction(work.new_id(), "found", "ICBC", back)),
            while_advancing=True,
        )
        look(company)
        assert not is_stopped(company)
        moved(company, on=TUESDAY + timedelta(days=2), hour=11)
        assert payouts(company) == [State.SUCCEEDED]
        assert stops(company) == [
            "close.payouts.stopped",
            "close.payouts.freed",
        ]


def payouts(company: Company) -> list[State]:
    with company.database.work(while_advancing=True) as work:
        found = orders_of_customer(work, shard=1, customer_no=1)
        return [order.state for order in found if order.direction == "PAYOUT"]


def stops(company: Company) -> list[str]:
    types = ["close.payouts.stopped", "close.payouts.freed"]
    with company.database.work(while_advancing=True) as work:
        return [event.type for event in events_after(work, seq=0, types=types)]
