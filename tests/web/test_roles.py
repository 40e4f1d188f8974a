"""Each route of staff refuses every role that is not meant for it, whatever is sent.

The table is written out, not read from the code: a route that opens to more roles fails here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from huoqi.customers.rules.api_keys import ROLES
from huoqi.fund.rivals import COLUMNS
from tests.web.company import Company, Customer, ok

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
EVERYBODY = frozenset(ROLES)
OPERATOR = frozenset({"operator"})
SUPPORT = frozenset({"support", "operator", "compliance"})
DEVELOPER = frozenset({"developer", "operator"})
BACK_OFFICE = EVERYBODY - {"developer"}
MAY: Mapping[frozenset[str], str] = {
    OPERATOR: """
        api_keys_list api_keys_make api_keys_revoke calendar_propose calendar_propose_closures
        close_day_pass_negative close_day_propose_seal close_day_run close_day_seal close_run_due
        funds_propose_advance_line
        funds_propose_state policies_propose rival_yields_import staff_debts_settle
        staff_merchants_key staff_merchants_propose
        staff_bank_statements_repull staff_income_override staff_manager_files_repull
        staff_payments_resolve
    """,
    SUPPORT: """
        staff_applications_list staff_applications_resolve staff_customers_freeze
        staff_customers_get staff_customers_reveal staff_customers_unfreeze staff_orders_list
        staff_payments_get staff_payouts_list staff_payouts_waiting
    """,
    frozenset({"compliance", "operator"}): """
        staff_cases_get staff_cases_hand_back staff_cases_list staff_cases_note staff_cases_take
        staff_cases_verdict staff_legal_orders_get staff_legal_orders_lift
        staff_legal_orders_list staff_legal_orders_place staff_estates_get staff_estates_list
        staff_estates_report staff_estates_settle staff_estates_withdraw
    """,
    DEVELOPER: """
        sandbox_bank_act sandbox_branches_drop sandbox_branches_list sandbox_branches_make
        sandbox_branches_switch sandbox_clock_advance sandbox_clock_changes sandbox_clock_closes
        sandbox_clock_get sandbox_clock_next_event sandbox_clock_resume sandbox_events_changes
        sandbox_fault_kinds sandbox_faults_arm sandbox_faults_cancel sandbox_faults_list
        sandbox_inbox_list sandbox_magic_values sandbox_manager_act sandbox_personas_list
        sandbox_personas_sign_in sandbox_rewind events_resend webhooks_add webhooks_deliveries
        webhooks_list webhooks_remove webhooks_replay webhooks_rotate webhooks_test
    """,
    BACK_OFFICE: "staff_orders_search staff_orders_trace",
    BACK_OFFICE - {"support"}: "closes_evidence staff_audit_list",
    frozenset({"finance", "operator", "viewer"}): """
        staff_debts_get staff_debts_list staff_merchants_list
    """,
    frozenset({"approver", "operator"}): "approvals_decide",
    frozenset({"finance", "operator"}): """
        breaks_assign breaks_reopen breaks_resolve breaks_resolve_many
    """,
    EVERYBODY: """
        approvals_get approvals_list approvals_withdraw breaks_get breaks_list breaks_summary
        close_day_get close_get events_get
        events_list events_newest funds_advance_line ledger_account_get ledger_account_history
        ledger_accounts_list ledger_transfers_get ledger_trial_balance ledger_verify policies_list
        staff_breaks_get staff_breaks_list staff_breaks_summary staff_changes
        staff_bank_statements_entries staff_bank_statements_get staff_bank_statements_list
        staff_connections_list staff_liquidity_get staff_manager_files_get
        staff_manager_files_list staff_me
        reconciliation_get
    """,
}
ROLES_OF = {name: roles for roles, names in MAY.items() for name in names.split()}
# Bodies whose form says less than what is asked of them.
BODIES: Mapping[str, Any] = {  # JSON documents
    "sandbox_clock_advance": {"days": 1},
    "rival_yields_import": {
        "csv": ",".join(COLUMNS) + "\nAnother Fund,2015-05-11,4.260,1.1405,Gazette,2015-05-12\n"
    },
}
# These answer for as long as somebody listens.
STREAMS = ("staff_changes", "sandbox_clock_changes", "sandbox_events_changes")


def _operations() -> Mapping[str, Any]:  # the tool's own type has four parameters
    found = {}
    for result in schemathesis.openapi.from_path(REFERENCE).get_all_operations():
        assert isinstance(result, Ok), "the contract has an operation that cannot be read"
        raw = result.ok().definition.raw
        if {"apiKey": []} in raw.get("security", []):
            found[raw["operationId"]] = result.ok()
    return found


OPERATIONS = _operations()


@pytest.fixture(scope="module")
def keys(company: Company) -> Mapping[str, str]:
    """Return a key of each role and no other."""
    return {role: company.key(role, label=f"only-{role}") for role in ROLES}


@pytest.fixture(scope="module")
def customer(company: Company) -> Customer:
    """Return a customer with session and grant."""
    return company.ready_customer()


def test_the_table_has_every_route_that_takes_a_key() -> None:
    assert set(ROLES_OF) == set(OPERATIONS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_route_refuses_every_other_role_and_every_customer(
    name: str, company: Company, keys: Mapping[str, str], customer: Customer
) -> None:
    refused = {role: {"Authorization": f"Bearer {keys[role]}"} for role in EVERYBODY}
    refused = {role: each for role, each in refused.items() if role not in ROLES_OF[name]}
    told: dict[str, set[str]] = {role: set() for role in (*refused, "customer")}

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy())
    def asked(case: "schemathesis.Case[Any]") -> None:
        case.headers.pop("Authorization", None)
        case.body = BODIES.get(name, case.body)
        for who, headers in (*refused.items(), ("customer", customer.headers)):
            answer = case.call(base_url=str(company.http.base_url), headers=headers)
            told[who].add(f"{answer.status_code} {answer.json()['code']}")

    asked()

    for who, answers in told.items():
        word = "401 auth.key_missing" if who == "customer" else "403 auth.role_missing"
        assert word in answers, (who, answers)
        assert {each[:3] for each in answers - {word}} <= {"413", "415"}, (who, answers)


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, each in OPERATIONS.items()
        if each.method.upper() == "GET" and "{" not in each.path and name not in STREAMS
    ),
)
def test_a_read_is_open_to_every_role_that_is_meant(
    name: str, company: Company, keys: Mapping[str, str]
) -> None:
    for role in ROLES_OF[name]:
        answer: httpx.Response = company.http.get(
            OPERATIONS[name].path, headers={"Authorization": f"Bearer {keys[role]}"}
        )
        if answer.status_code != 400:  # a filter that has to be there
            ok(answer)
