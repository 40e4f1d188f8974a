"""Once a week a close leaves the ledger with a snapshot and an index of its history."""

from huoqi.kit.dates import shanghai_at
from huoqi.ledger.queries import balances_as_of, history, trial_balance
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import company_on, day

SAVER = 100


def test_a_sunday_close_keeps_a_snapshot_and_indexes_the_history(dsn: str) -> None:
    with company_on(dsn, savers=[SAVER]) as company:
        company.buy({SAVER: 100_000})
        TimeMachine(company.platform).advance_to(shanghai_at(day(8), hour=9))
        account = customer_cash_account(shard=SAVER % 2, customer_no=SAVER)

        with company.database.work(while_advancing=True) as work:
            snapshots = work.rows("SELECT DISTINCT taken_on FROM ledger_snapshot_day")
            indexed = work.row("SELECT count(*) FROM ledger_history")
            then = balances_as_of(work, [account], on=day(3))[account]
            entries = history(work, account)
            lines = trial_balance(work, as_of=day(7))

    assert snapshots == [(day(6),)]
    assert indexed is not None
    assert indexed[0] > 0
    assert (then.debits_posted, then.credits_posted) == (100_000, 100_000)
    assert {entry.amount for entry in entries} == {100_000}
    assert sum(line.counters.credit_balance for line in lines if line.asset == 1) == 0
