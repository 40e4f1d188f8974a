"""``huoqi reconcile`` and ``huoqi break`` on a bank's day: shown, decided by two keys, closed."""

import json
from types import SimpleNamespace

from click.testing import CliRunner, Result

from huoqi.cli.reconcile_commands import reconcile_group
from tests.cli.test_break_commands import document, key_of
from tests.cli.test_break_commands import run as run_break
from tests.close.test_bank_matching import TUESDAY, moved, spoil
from tests.close.world import MONDAY, Company, company_on


def run(company: Company, *arguments: str) -> Result:
    """Run a command on a company's database."""
    session = SimpleNamespace(database=company.database)
    return CliRunner().invoke(reconcile_group, arguments, obj=session)


def test_a_bank_s_line_is_settled_at_the_command_line(dsn: str) -> None:
    with company_on(dsn, savers=[1]) as company:
        company.buy({1: 10_000})
        spoil(company, "statement_unknown_line")
        moved(company, on=TUESDAY)

        shown = run(company, "show", "--json")
        told = json.loads(shown.stdout)
        icbc = next(bank for bank in told["banks"] if bank["bank"] == "ICBC")
        assert (shown.exit_code, told["on"]) == (3, MONDAY.isoformat())
        assert (icbc["lines"], icbc["matched"], icbc["breaks"], icbc["is_closed"]) == (
            2,
            1,
            1,
            False,
        )
        assert told["safeguarding"]["unexplained_fen"] == "0"
        (found,) = document(run_break(company, "list", "--fund", "ICBC", "--json"))["breaks"]
        whole = document(run_break(company, "show", found["id"], "--json"))
        assert whole["suggested_action"] == "create_entry"
        assert [entry["amount_fen"] for entry in whole["entries"]] == ["500"]

        why = ("--action", "create_entry", "--reason", "as they say", "--evidence", "letter 3")
        an, bo = key_of(company, "an", "finance"), key_of(company, "bo", "approver")
        proposed = run_break(company, "resolve", found["id"], *why, "--json", key=an)
        approval_id = document(proposed)["approval_id"]
        assert run_break(company, "decide", approval_id, key=bo).exit_code == 0

        after = run(company, "show", "--on", MONDAY.isoformat())
        assert after.exit_code == 0, after.stdout
        assert "unexplained 0 fen" in after.stdout
