"""What a replay has shown, as one JSON document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huoqi.fund.queries import PublishedYield, yields_of
from huoqi.kit.db import Work
from huoqi.ledger.queries import asset_totals
from huoqi.ledger.rules.chart import fund_asset
from huoqi.sandbox import replay_store
from huoqi.sandbox.orders import ACCEPTED
from huoqi.sandbox.replay import FUND, Replay
from huoqi.sandbox.replay_input import ReplayInput

Json = Mapping[str, object]

CONVENTIONS = """
Purchases are the file's direct purchases, redemptions its total redemptions. Both are placed at
10:00 of the file's day, days without a session included; such orders belong to the next trading
day, as the platform's own rule says.
Income is computed by the platform from the published rate, never taken from the file.
Units are confirmed a trading day after T, so they lag the file, which books at once; the distance
to the file's closing balance is information, not a difference.
The opening balance is bought on the trading day before and confirmed by the first day.
Redemptions of the replay are normal ones, from confirmed units; income stays in.
""".strip()


@dataclass(frozen=True, slots=True)
class BookRow:
    """One closed day: four books that were kept apart."""

    on: date
    book_e2: int
    manager_e2: int | None
    ledger_e2: int
    holdings_e2: int
    holder_count: int
    income_fen: int

    @property
    def differences_fen(self) -> dict[str, int]:
        """Return how far each of the others is from the sealed book; a unit costs 1.00."""
        manager_e2 = self.manager_e2 if self.manager_e2 is not None else 0
        return {
            "ledger": self.ledger_e2 - self.book_e2,
            "holdings": self.holdings_e2 - self.book_e2,
            "manager": manager_e2 - self.book_e2,
        }


def report_of(work: Work, run: Replay) -> Json:
    """Return everything that a replay has shown."""
    given = run.given
    asset = fund_asset(replay_store.fund_no(work, fund=FUND))
    all_rows = [BookRow(*row) for row in replay_store.books(work, fund=FUND, asset=asset)]
    rows = [row for row in all_rows if row.on >= given.first_on]
    closed = {row.on for row in rows}
    open_days = [day.on.isoformat() for day in given.incomes if day.on not in closed]
    found = yields_of(work, fund=FUND, first_on=given.first_on, last_on=given.last_on)
    return {
        "fund": FUND,
        "first_on": given.first_on.isoformat(),
        "last_on": given.last_on.isoformat(),
        "customers": len(run.residents),
        "days": len(given.incomes),
        "days_closed": len(rows),
        "days_not_closed": open_days,
        "stopped_by": run.stopped_by,
        "ties": not open_days and not any(any(row.differences_fen.values()) for row in rows),
        "orders": _orders(work, run),
        "differences": _differences(rows),
        "control_sums": _control_sums(work, rows),
        "yields": yields_report(given, found),
        "breaks": [_break(row) for row in replay_store.breaks(work, fund=FUND)],
        "import_check": _import_check(given),
        "distance_to_file": _distance(given, rows),
        "conventions": " ".join(CONVENTIONS.split()),
        "per_day": [_day(row, given=given) for row in rows],
    }


def _orders(work: Work, run: Replay) -> Json:
    totals = run.given.totals.values()
    return {
        "placed": run.answers.total(),
        "accepted": run.answers[ACCEPTED],
        "opening_fen": run.given.opening_fen,
        "bought_fen": run.bought_fen - run.given.opening_fen,
        "redeemed_fen": run.redeemed_fen,
        "file_bought_fen": sum(day.bought_fen for day in totals),
        "file_redeemed_fen": sum(day.redeemed_fen for day in totals),
        "by_state": [
            {"side": row[0], "state": row[1], "count": row[2], "sum_fen": row[3]}
            for row in replay_store.order_sums(work, fund=FUND)
        ],
    }


def _differences(rows: Sequence[BookRow]) -> Json:
    per_day = [row.differences_fen for row in rows]
    odd = [row.on.isoformat() for row in rows if any(row.differences_fen.values())]
    names = ("ledger", "holdings", "manager")
    largest = {name: max((abs(day[name]) for day in per_day), default=0) for name in names}
    return {"largest_fen": largest, "days_with_difference": odd}


def _control_sums(work: Work, rows: Sequence[BookRow]) -> Json:
    sums: dict[str, object] = {
        f"asset_{asset}": {
            "debits_posted": total.debits_posted,
            "credits_posted": total.credits_posted,
            "equal": total.debits_posted == total.credits_posted,
        }
        for asset, total in sorted(asset_totals(work).items())
    }
    if rows:
        last = rows[-1]
        sums |= {
            "on": last.on.isoformat(),
            "ledger_e2": last.ledger_e2,
            "holdings_e2": last.holdings_e2,
            "book_e2": last.book_e2,
            "manager_e2": last.manager_e2,
            "income_fen": sum(row.income_fen for row in rows),
        }
    return sums


def yields_report(given: ReplayInput, found: Sequence[PublishedYield]) -> Json:
    """Return published and recomputed yields, those of full weeks compared."""
    published = {day.on: day.yield_7d_e3 for day in given.incomes[6:]}
    compared = [
        each for each in found if published.get(each.on) is not None and each.recomputed.is_full
    ]
    odd = [each for each in compared if each.recomputed.yield_7d_e3 != published[each.on]]
    return {
        "compared": len(compared),
        "equal": len(compared) - len(odd),
        "mismatches": [
            {
                "on": each.on.isoformat(),
                "published_e3": published[each.on],
                "recomputed_e3": each.recomputed.yield_7d_e3,
            }
            for each in odd
        ],
        "flagged_by_close": [each.on.isoformat() for each in found if each.is_flagged],
        "recomputed_e3": {each.on.isoformat(): each.recomputed.yield_7d_e3 for each in found},
    }


def _break(row: tuple[object, ...]) -> Json:
    on, kind, count, detail = row
    return {"on": str(on), "kind": kind, "rows": count, "detail": detail}


def _import_check(given: ReplayInput) -> Json:
    return {
        "has_flows": given.has_flows,
        "breaks": [
            {
                "on": found.on.isoformat(),
                "class": found.break_class.value,
                "difference_fen": found.difference_fen,
            }
            for found in given.breaks
        ],
    }


def _distance(given: ReplayInput, rows: Sequence[BookRow]) -> Json | None:
    if not given.has_flows or not rows:
        return None
    far = [distance for row in rows if (distance := _from_file(row, given)) is not None]
    return {"smallest_fen": min(far), "largest_fen": max(far), "last_fen": far[-1]}


def _from_file(row: BookRow, given: ReplayInput) -> int | None:
    closing_fen = given.totals[row.on].closing_fen
    return None if closing_fen is None else row.book_e2 - closing_fen


def _day(row: BookRow, *, given: ReplayInput) -> Json:
    totals = given.totals[row.on]
    return {
        "on": row.on.isoformat(),
        "bought_fen": totals.bought_fen,
        "redeemed_fen": totals.redeemed_fen,
        "income_fen": row.income_fen,
        "book_e2": row.book_e2,
        "holders": row.holder_count,
        "differences_fen": row.differences_fen,
        "distance_to_file_fen": _from_file(row, given),
    }
