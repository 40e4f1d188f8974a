"""A company whose banks are a process beside it: bought, called back, stated, forged, killed."""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from huoqi.kit.clock import machine_now
from huoqi.kit.postgres.locks import holder_of
from huoqi.payments.banks.http.keys import SIGNATURE, load_or_make, rotated, save
from huoqi.payments.operations.callbacks import BanksChosen, require_same_line
from huoqi.sandbox.bank_house.process import LOCK_NAME, place_in
from tests.web.company import Company, Customer, ok, served_company

PATIENCE_S = 60
Words = Counter[tuple[str, str]]


@dataclass
class Outside:
    """A company, and the folder that its banks live in."""

    company: Company
    folder: Path

    def advance(self, **asked: int) -> None:
        """Move the business clock on."""
        ok(self.company.staff("/v1/sandbox/clock/advance", "POST", dict(asked)))

    def paid(self, last_four: str = "0000") -> tuple[str, str]:
        """Return the order and the bank's reference of a purchase that was told to the bank."""
        customer = self.company.ready_customer(last_four=last_four)
        order_id = ok(customer.buy(100_000))["order"]["id"]
        self.company.pump()
        sql = "SELECT bank_ref FROM money_order WHERE intent_id = %s"
        return order_id, str(self.one(sql, order_id))

    def one(self, sql: str, *params: object) -> object:
        """Return one value."""
        with self.company.platform.database.work(while_advancing=True) as work:
            row = work.row(sql, params)
        assert row is not None
        return row[0]

    def words(self, bank_ref: str) -> Words:
        """Return what was learned of a reference, from whom."""
        with self.company.platform.database.work(while_advancing=True) as work:
            rows = work.rows(
                "SELECT e.source, e.event FROM payment_evidence e"
                " JOIN money_order o USING (shard, order_id) WHERE o.bank_ref = %s",
                (bank_ref,),
            )
        return Counter((row[0], row[1]) for row in rows)

    def state(self, bank_ref: str) -> object:
        """Return the state of an order."""
        return self.one("SELECT state FROM money_order WHERE bank_ref = %s", bank_ref)

    def call(self, body: bytes, *, header: str, bank: str = "ICBC") -> httpx.Response:
        """Call the platform as somebody would who says that he is a bank."""
        headers = {"Content-Type": "application/json", SIGNATURE: header}
        path = f"/v1/bank-callbacks/{bank}"
        return self.company.http.post(path, content=body, headers=headers)

    def signed(self, body: bytes, *, late_s: int = 0, bank: str = "ICBC") -> str:
        """Return the header of a call as the bank would sign it."""
        unix = int(machine_now().timestamp()) - late_s
        return load_or_make(self.folder).sign_call(body, bank=bank, unix=unix)

    def counted(self, verdict: str) -> int:
        """Return how many calls ended so."""
        page = self.company.http.get("/metrics").text
        lines = [
            each for each in page.splitlines() if f'callbacks_total{{verdict="{verdict}"' in each
        ]
        return sum(int(float(line.split()[-1])) for line in lines)


@pytest.fixture(scope="module")
def outside(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    data = tmp_path_factory.mktemp("data")
    with served_company(database_dsn, data=data, banks="http") as company:
        yield Outside(company, data / "banks")


def said(event_id: str, ref: str, code: str = "00", amount_fen: int = 100_000) -> bytes:
    """Return the body of a call."""
    body = {"event_id": event_id, "ref": ref, "code": code, "amount_fen": amount_fen}
    return json.dumps(body).encode()


def come_true(is_there: Callable[[], bool]) -> bool:
    """Return whether something came true while we were patient."""
    never = threading.Event()
    return any(is_there() or never.wait(0.02) for _ in range(50 * PATIENCE_S))


def test_a_purchase_is_paid_over_the_line_and_confirmed(outside: Outside) -> None:
    order_id, ref = outside.paid()

    assert outside.state(ref) == "SUCCEEDED"
    assert outside.words(ref) == Words({("reply", "E_SUCCESS"): 1})
    assert ref.startswith("HQ")
    assert order_id


def test_an_order_without_reply_is_known_by_the_banks_own_call(outside: Outside) -> None:
    _, ref = outside.paid("0009")
    assert outside.state(ref) == "UNKNOWN"
    before = outside.counted("stored")
    outside.advance(days=1)

    assert outside.state(ref) == "SUCCEEDED"
    assert outside.words(ref)[("callback", "E_SUCCESS")] == 1
    assert outside.words(ref)[("statement", "S_BOOKED")] == 1
    assert outside.counted("stored") == before + 1


def test_a_fault_is_armed_strikes_outside_and_is_over(outside: Outside) -> None:
    armed = {"fault": "executed_late", "target": "ICBC"}
    fault_id = ok(outside.company.staff("/v1/sandbox/faults", "POST", armed))["fault"]["id"]
    _, ref = outside.paid()
    assert outside.state(ref) == "UNKNOWN"
    outside.advance(days=1)

    assert outside.state(ref) == "SUCCEEDED"
    listed = ok(outside.company.staff("/v1/sandbox/faults"))["data"]
    assert {each["id"]: each["state"] for each in listed}[fault_id] == "over"


def test_days_close_and_statements_come_over_the_line(outside: Outside) -> None:
    outside.advance(days=2)
    sql = "SELECT count(DISTINCT bank) FROM bank_statement WHERE state = 'complete'"
    assert outside.one(sql) == 12
    assert outside.one("SELECT count(*) FROM close_break WHERE state = 'open'") == 0


@pytest.mark.parametrize(
    ("late_s", "code"),
    [
        (0, "webhook.signature_differs"),
        (301, "webhook.signature_outside_window"),
        (-330, "webhook.signature_outside_window"),
    ],
)
def test_forged_and_stale_calls_are_refused_and_are_no_evidence(
    outside: Outside, late_s: int, code: str
) -> None:
    _, ref = outside.paid()
    words, counted = outside.words(ref), outside.counted(code)
    body = said(f"forged{late_s}", ref, "51")
    header = outside.signed(body if late_s else body + b" ", late_s=late_s)

    refused = outside.call(body, header=header)

    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert outside.counted(code) == counted + 1
    outside.company.pump()
    assert outside.words(ref) == words


def test_unsigned_calls_and_those_of_another_bank_are_refused(outside: Outside) -> None:
    _, ref = outside.paid()
    words, body = outside.words(ref), said("unsigned", ref, "51")
    assert outside.call(body, header="").json()["code"] == "webhook.signature_missing"
    assert outside.call(body, header="v1=00").json()["code"] == "webhook.signature_malformed"
    others = outside.signed(body, bank="CCB")
    assert outside.call(body, header=others).json()["code"] == "webhook.signature_differs"
    # Signed by its own bank, about an order of another one.
    assert ok(outside.call(body, header=others, bank="CCB"))["verdict"] == "stored"
    nobody = outside.signed(body, bank="NOBANK")
    assert outside.call(body, header=nobody, bank="NOBANK").status_code in {200, 400}
    assert outside.call(body, header=nobody, bank="no-bank").status_code in {400, 404, 422}
    outside.company.pump()
    assert outside.words(ref) == words


def test_a_call_that_comes_again_is_heard_and_does_nothing(outside: Outside) -> None:
    _, ref = outside.paid("0009")
    body = said("again", ref)
    header = outside.signed(body)

    assert ok(outside.call(body, header=header))["verdict"] == "stored"
    outside.company.pump()
    assert outside.state(ref) == "SUCCEEDED"
    words = outside.words(ref)
    assert ok(outside.call(body, header=header))["verdict"] == "repeated"
    assert ok(outside.call(body, header=outside.signed(body)))["verdict"] == "repeated"
    other = said("again", ref, "51")
    assert ok(outside.call(other, header=outside.signed(other)))["verdict"] == "repeated"
    outside.company.pump()
    assert outside.words(ref) == words


def test_contradicting_and_reordered_calls_go_through_the_reducer(outside: Outside) -> None:
    _, ref = outside.paid("0009")
    for event_id, code, amount_fen in (
        ("c1", "00", 100_000),
        ("c2", "09", 100_000),
        ("c3", "51", 100_000),
        ("c4", "00", 100_001),
    ):
        body = said(f"{event_id}-{ref[-6:]}", ref, code, amount_fen)
        ok(outside.call(body, header=outside.signed(body)))
    outside.company.pump()

    assert outside.state(ref) == "SUCCEEDED"
    sql = "SELECT array_to_string(cases, ' ') FROM money_order WHERE bank_ref = %s"
    assert set(str(outside.one(sql, ref)).split()) == {"AMOUNT_MISMATCH", "CONTRADICTION"}


def test_signed_words_that_cannot_be_read_are_refused(outside: Outside) -> None:
    for body in (b"{}", b"[", b'{"event_id": "x", "ref": "HQ1", "amount_fen": 1e30}', b"\xff"):
        refused = outside.call(body, header=outside.signed(body))
        assert (refused.status_code, refused.json()["code"]) == (400, "bank_callback.malformed")


def test_a_new_secret_is_believed_beside_the_one_before(outside: Outside) -> None:
    _, ref = outside.paid("0009")
    body = said("rotated", ref, "09")
    old = outside.signed(body)
    save(rotated(load_or_make(outside.folder)), outside.folder)

    assert ok(outside.call(body, header=old))["verdict"] == "stored"
    newer = said("rotated2", ref)
    assert ok(outside.call(newer, header=outside.signed(newer)))["verdict"] == "stored"
    outside.company.pump()
    assert outside.state(ref) == "SUCCEEDED"


def test_a_bank_that_is_killed_comes_back_and_moves_nothing_twice(outside: Outside) -> None:
    customers: list[Customer] = [outside.company.ready_customer() for _ in range(3)]
    pid = holder_of(outside.folder, name=LOCK_NAME)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for customer in customers:
        customer.buy(100_000)
    outside.company.pump()
    assert come_true(lambda: holder_of(outside.folder, name=LOCK_NAME) not in {None, pid})
    assert come_true(lambda: place_in(outside.folder) is not None)
    outside.advance(days=4)

    assert (
        outside.one("SELECT count(*) FROM money_order WHERE state NOT IN ('SUCCEEDED', 'REJECTED')")
        == 0
    )
    assert outside.one("SELECT count(*) FROM close_break WHERE state = 'open'") == 0


def test_there_are_no_branches_beside_banks_outside(outside: Outside) -> None:
    refused = outside.company.staff("/v1/sandbox/branches", "POST", {"name": "b1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "branch.banks_outside")


def test_a_company_stays_with_its_banks(outside: Outside) -> None:
    with outside.company.platform.database.work(while_advancing=True) as work:
        require_same_line(work, "http")
        for other in (None, "files"):
            with pytest.raises(BanksChosen):
                require_same_line(work, other)
