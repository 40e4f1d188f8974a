"""The whole contract, tried with generated requests: answers conform, and none is a fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.web.company import Company, Customer, ok, served_company

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
)
# What moves clock or database under everyone's feet has tests of its own.
MOVERS = (
    "sandbox_clock_advance",
    "sandbox_clock_next_event",
    "sandbox_clock_closes",
    "sandbox_clock_resume",
    "sandbox_branches_make",
    "sandbox_branches_switch",
    "sandbox_branches_drop",
    "sandbox_rewind",
    "close_run_due",
    "close_day_run",
)
# These answer for as long as somebody listens.
STREAMS = ("me_changes", "staff_changes", "sandbox_clock_changes", "sandbox_events_changes")


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served sandbox company."""
    with served_company(database_dsn, data=tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture(scope="module")
def customer(company: Company) -> Customer:
    """Return a customer whose credentials the generated requests carry."""
    return company.ready_customer()


REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


def _operations() -> list[Any]:  # the tool's own type has four parameters that say nothing here
    found = []
    for result in schemathesis.openapi.from_path(REFERENCE).get_all_operations():
        assert isinstance(result, Ok), "the contract has an operation that cannot be read"
        found.append(result.ok())
    return found


OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in _operations()
    if operation.definition.raw["operationId"] not in (*MOVERS, *STREAMS)
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_keeps_its_word(name: str, company: Company, customer: Customer) -> None:
    bearer = {"Authorization": f"Bearer {company.operator}"}
    base_url = str(company.http.base_url)

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy())
    def holds(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(
            base_url=base_url, headers={**customer.headers, **bearer}, checks=list(CHECKS)
        )

    holds()


def test_the_movers_are_operations_of_the_contract(company: Company) -> None:
    served = ok(company.http.get("/openapi.json"))
    known = {each["operationId"] for path in served["paths"].values() for each in path.values()}

    assert {*MOVERS, *STREAMS} <= known
    assert set(OPERATIONS) == known - {*MOVERS, *STREAMS}
