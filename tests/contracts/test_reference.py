"""What is written down about the API is what the API says of itself.

Run with HUOQI_WRITE_REFERENCE=1 to write the copies anew after a change of the API.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huoqi.web.contract import chinese_summaries
from huoqi.web.problems import wordings
from huoqi.web.reference import errors_markdown
from tests.web.company import Company, ok, served_company

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
WRITES = os.environ.get("HUOQI_WRITE_REFERENCE") == "1"


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served sandbox company."""
    with served_company(database_dsn, data=tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture(scope="module")
def contract(company: Company) -> dict[str, Any]:
    """Return the OpenAPI document as it is served."""
    return ok(company.http.get("/openapi.json"))


def _compare(name: str, text: str) -> None:
    path = REFERENCE / name
    if WRITES:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name}: run with HUOQI_WRITE_REFERENCE=1"


def test_the_committed_contract_is_the_served_one(contract: dict[str, Any]) -> None:
    _compare("openapi.json", json.dumps(contract, ensure_ascii=False, indent=1) + "\n")


def test_the_committed_error_codes_are_those_of_the_code() -> None:
    _compare("errors.md", errors_markdown())


def test_the_contract_is_openapi_3_1_with_both_languages(contract: dict[str, Any]) -> None:
    assert contract["openapi"] == "3.1.0"
    named = set()
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            named.add(operation["operationId"])
            assert operation["summary"], (method, path)
            assert operation["x-summary-zh"], (method, path)
            assert operation["tags"], (method, path)
    assert named == set(chinese_summaries())


def test_every_money_route_asks_for_a_key(contract: dict[str, Any]) -> None:
    for path in (
        "/v1/purchases",
        "/v1/redemptions",
        "/v1/orders/{order_id}/cancellation",
        "/v1/me/closing",
        "/v1/payouts/{payout_id}/retry",
    ):
        headers = [
            parameter["name"]
            for parameter in contract["paths"][path]["post"]["parameters"]
            if parameter["in"] == "header" and parameter["required"]
        ]
        assert "Idempotency-Key" in headers, path


def test_every_code_has_an_anchor_where_problems_point_to(company: Company) -> None:
    page = company.http.get("/docs/errors").text

    for code in wordings():
        assert f'id="{code}"' in page


def test_the_reference_page_needs_nothing_from_outside(company: Company) -> None:
    for path in (
        "/docs/start",
        "/docs",
        "/docs/reference.js",
        "/docs/reference.css",
        "/docs/errors",
    ):
        answer = company.http.get(path)
        assert answer.status_code == 200, path
        for outside in ("http://", "https://", "@import", "//cdn"):
            assert outside not in answer.text, (path, outside)
