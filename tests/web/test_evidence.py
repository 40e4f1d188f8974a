"""The evidence pack over HTTP: an auditor takes it, it proves itself, that it was taken is kept."""

import hashlib

from huoqi.close.rules.evidence_check import check
from tests.web.company import Company, ok


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _moved_on(company: Company) -> str:
    """Return a day that is over."""
    on = str(ok(company.staff("/v1/sandbox/clock"))["business_time"])[:10]
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    return on


def test_an_auditor_takes_a_pack_that_proves_itself(company: Company) -> None:
    company.ready_customer().buy(12_300)
    company.pump()
    on = _moved_on(company)
    auditor = _bearer(company.key("compliance", label="auditor"))

    answer = company.http.get(f"/v1/closes/{on}/evidence", headers=auditor)

    assert answer.status_code == 200, answer.text
    assert answer.headers["huoqi-file-sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["huoqi-evidence-faults"] == "0"
    assert f"huoqi-evidence-{on}.txt" in answer.headers["content-disposition"]
    verdict = check(answer.content.splitlines(keepends=True))
    assert (verdict.on, verdict.faults) == (on, ())
    acts = ok(company.http.get("/v1/staff/audit?type=staff.evidence", headers=auditor))["data"]
    assert acts[0]["facts"]["file_sha256"] == answer.headers["huoqi-file-sha256"]


def test_today_has_no_pack_yet_and_support_gets_none(company: Company) -> None:
    today = str(ok(company.staff("/v1/sandbox/clock"))["business_time"])[:10]
    support = _bearer(company.key("support", label="helper"))

    refused = company.staff(f"/v1/closes/{today}/evidence")

    assert (refused.status_code, refused.json()["code"]) == (409, "evidence.day_not_over")
    assert company.http.get("/v1/closes/2015-05-11/evidence", headers=support).status_code == 403
