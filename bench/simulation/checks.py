"""What must hold of a simulated company: little after each step, everything after each day.

The numbers I1 to I11 are those of the ledger's invariants. Whatever grows with the run is looked
at only where it is new; the end of the run looks at all of it once more.
"""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from bench.simulation.company import FUND, SHARDS, Company
from bench.simulation.people import People
from huoqi.close.queries import blocked_days, closed_days, last_closed
from huoqi.fund.columns import holdings_at
from huoqi.fund.managers.simulated_store import stored_day
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import asset_totals, balances, chain_heads, check_invariants, links_of
from huoqi.ledger.rules.chain import (
    AssetSums,
    Link,
    Stretch,
    add_to_sums,
    genesis,
    items_digest,
    link_fault,
)
from huoqi.ledger.rules.chart import AccountKind, system_account
from huoqi.payments.queries import bank_names

Counts = tuple[int, int, int, int]
_DAYS_BEHIND = 3
# Two days in which a bank may still execute, one of return, and statements that come late.
_TOLD_AFTER = timedelta(days=7)
_OVERDRAWN = """
    SELECT shard, id FROM ledger_account WHERE flags & 4 = 0
        AND ((flags & 1 <> 0 AND cp - dp - dv < 0) OR (flags & 2 <> 0 AND dp - cp - cv < 0))
"""
_HEADS = "SELECT shard, seq, hash FROM ledger_shard ORDER BY shard"
_MOVED = """
    SELECT account, sum(dv)::bigint, sum(dp)::bigint, sum(cv)::bigint, sum(cp)::bigint
    FROM ledger_movements(%s::smallint, %s, 'infinity', 'infinity', %s) GROUP BY account
"""
_ORDERS = "SELECT order_id FROM fund_order WHERE placed_at >= %s AND origin = 'customer'"
_UNTRUE = """
    -- Money orders of late against what their banks did: no proof of one may deny the other.
    SELECT o.order_id, o.state FROM money_order o
    LEFT JOIN simulated.bank_instruction i
        ON i.bank_ref = o.bank_ref AND i.times > 0 AND i.executed_at <= %(at)s
    WHERE o.created_at >= %(since)s AND o.cases = '{}' AND (
        (i.times > 0 AND o.state IN ('REJECTED', 'CANCELLED', 'RESERVED', 'CREATED'))
        OR (i.times IS NULL AND o.state = 'SUCCEEDED'))
"""
_UNTOLD = """
    -- Of what their banks have told everything by now none waits, and each wrong is a case.
    SELECT o.order_id, o.state, i.times, i.returns_on FROM money_order o
    LEFT JOIN simulated.bank_instruction i ON i.bank_ref = o.bank_ref
    WHERE o.created_at >= %(since)s AND o.created_at < %(told)s AND (
        o.state IN ('SENT', 'UNKNOWN')
        OR (i.times > 1 AND NOT 'DOUBLE_EXECUTION' = ANY(o.cases))
        OR (i.returns_on IS NOT NULL AND NOT o.returned AND o.cases = '{}'))
"""
_TWICE = """
    -- Intents that more than one reference moved money for.
    SELECT o.intent_id FROM money_order o
    JOIN simulated.bank_instruction i ON i.bank_ref = o.bank_ref AND i.times > 0
    WHERE o.created_at >= %(since)s GROUP BY 1 HAVING count(DISTINCT o.bank_ref) > 1
"""
_BANK_FEN = """
    SELECT coalesce(sum(CASE direction WHEN 'COLLECT' THEN 1 ELSE -1 END * amount_fen
        * (times - (returns_on IS NOT NULL)::int)), 0)::bigint
    FROM simulated.bank_instruction WHERE times > 0 AND executed_at <= %(at)s
"""


class Checks:
    """Everything that is looked at, with what was found sound before."""

    def __init__(self, company: Company, people: People) -> None:
        self._company = company
        self._people = people
        self._links = {n: Link(0, None, 0, {}, b"", genesis(n)) for n in range(SHARDS)}
        self._folded: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._counted: set[UUID] = set()

    def after_step(self) -> None:
        """Look at what can be seen at a glance: I1 and I2."""
        with self._company.database.work(while_advancing=True) as work:
            for asset, total in asset_totals(work).items():
                assert total[:2] == total[2:], f"I1 does not hold of asset {asset}: {total}"
            overdrawn = work.rows(_OVERDRAWN)
            assert not overdrawn, f"I2 does not hold of accounts {overdrawn}"

    def after_day(self, on: date) -> None:
        """Look at everything that is new since the day before."""
        with self._company.database.work(while_advancing=True) as work:
            self._journal(work)
            self._promises(work, since=on - timedelta(days=1))
            self._banks(work, since=on - timedelta(days=12))
            self._closes(work)
            self._register(work)

    def at_the_end(self) -> None:
        """Look at the whole book, from its first row, and at all orders."""
        with self._company.database.work(while_advancing=True) as work:
            wrong = check_invariants(work)
            assert not wrong, wrong
            self._counted.clear()
            self._promises(work, since=date.min)
            self._banks(work, since=date.min)
            days = [each.sealed.on for each in closed_days(work, fund=FUND, limit=100_000)]
            gaps = [n for n, on in enumerate(days[1:]) if days[n] - on != timedelta(days=1)]
            assert not gaps, f"days that were never closed before {[days[n] for n in gaps]}"

    def _journal(self, work: Work) -> None:
        """Read the new batches: their chain (I9), and counters as their sum (I5)."""
        for shard, seq, head in work.rows(_HEADS):
            before = self._links[shard]
            touched = work.rows(_MOVED, (shard, before.seq, seq))
            self._chain(work, shard, seq=seq)
            assert self._links[shard].hash == bytes(head), f"I9: shard {shard} has another head"
            for account, *moved in touched:
                known = self._folded[account]
                self._folded[account] = [a + b for a, b in zip(known, moved, strict=True)]
            ids = [row[0] for row in touched]
            for account, counters in balances(work, ids).items():
                folded = self._folded[account]
                kept = [counters.debits_pending, counters.debits_posted]
                kept += [counters.credits_pending, counters.credits_posted]
                assert kept == folded, f"I5: account {account} has {kept}, its rows {folded}"

    def _chain(self, work: Work, shard: int, *, seq: int) -> None:
        last = self._links[shard]
        stretch = Stretch(shard, last.seq, seq, seq, last.hash)
        for link, rows in links_of(work, stretch):
            sums: dict[int, AssetSums] = {}
            for each in rows:
                add_to_sums(sums, each.row, released=each.released)
            count, items = items_digest(each.row for each in rows)
            fault = link_fault(link, before=last, count=count, sums=sums, items=items)
            assert fault is None, f"I9: shard {shard}, batch {link.seq}: {fault}"
            last = link
        self._links[shard] = last

    def _promises(self, work: Work, *, since: date) -> None:
        """Each order that was promised is there, and none beside."""
        found = {row[0] for row in work.rows(_ORDERS, (since,))}
        promised = self._people.promised.keys()
        strangers = found - promised
        assert not strangers, f"orders that nobody was promised: {sorted(strangers)[:3]}"
        lost = promised - found - self._counted
        assert not lost, f"orders that were promised and are gone: {sorted(lost)[:3]}"
        self._counted |= found

    def _banks(self, work: Work, *, since: date) -> None:
        """What is proven of money orders is what their banks did, and none was paid twice."""
        values = {"since": since, "at": work.at}
        values["told"] = work.at - _TOLD_AFTER
        untrue, twice = work.rows(_UNTRUE, values), work.rows(_TWICE, values)
        untold = work.rows(_UNTOLD, values)
        assert not untold, f"money orders that wait, or wrongs that are no case: {untold[:3]}"
        assert not untrue, f"money orders that say what is not so: {untrue[:3]}"
        assert not twice, f"paid twice by us: {twice[:3]}"

    def _closes(self, work: Work) -> None:
        """The days are closed one after the other, three behind at most."""
        last_on, today = last_closed(work, fund=FUND), shanghai_date(work.at)
        assert last_on is not None, "no day is closed"
        behind = (today - last_on).days - 1
        why = f"the last day that is closed is {last_on}; {self._company.stops[-3:]}"
        assert behind <= _DAYS_BEHIND, f"{why}; {sorted(blocked_days(work))}"

    def _register(self, work: Work) -> None:
        """The units of holders are those of the manager's register (I11)."""
        on = last_closed(work, fund=FUND)
        assert on is not None
        day = stored_day(work, fund=FUND, on=on)
        held = holdings_at(work, fund=FUND, on=on)
        ours = dict(zip(held.accounts.tolist(), held.units_e2.tolist(), strict=True))
        ours = {account: units for account, units in ours.items() if units}
        register = day.units_e2 if day else {}  # It begins with the first order that it gets.
        theirs = {account: units for account, units in register.items() if units}
        assert ours == theirs, f"I11: holdings of {on} are not the register's"

    def clearing_off_fen(self) -> int:
        """Return by how much banks and clearing accounts differ: what waits or is a case."""
        with self._company.database.work(while_advancing=True) as work:
            row = work.row(_BANK_FEN, {"at": work.at})
            kind = AccountKind.BANK_CLEARING
            accounts = [
                system_account(shard=shard, kind=kind, instance=name.number)
                for shard in range(SHARDS)
                for name in bank_names(work)
            ]
            book_fen = sum(each.debit_balance for each in balances(work, accounts).values())
        assert row is not None
        return int(row[0]) - book_fen

    def roots(self) -> tuple[str, str]:
        """Return the root of the last closed day and the heads of the ledger's chains."""
        with self._company.database.work(while_advancing=True) as work:
            days = closed_days(work, fund=FUND, limit=1)
            heads = b"".join(bytes(head) for _, head in chain_heads(work))
        return (days[0].root.hex() if days else ""), heads.hex()
