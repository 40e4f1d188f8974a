"""Codes are six digits, and the sandbox's last one can be looked up by phone alone."""

from huoqi.customers.messages.port import random_code
from huoqi.customers.messages.simulated import CODE, SimulatedMessages
from tests.customers.branch import Branch


def test_a_random_code_has_six_digits() -> None:
    codes = [random_code() for _ in range(50)]

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) > 1


def test_the_last_code_of_a_phone_is_kept(branch: Branch) -> None:
    messages = SimulatedMessages(branch.desk.vault)
    assert messages.new_code() == CODE

    with branch.database.work() as work:
        assert messages.last_code(work, phone="13800138000") is None
        messages.send_code(work, phone="13800138000", code="654321")
        messages.send_code(work, phone="13800138000", code=CODE)
        messages.send_code(work, phone="13900139000", code="654321")

        assert messages.last_code(work, phone="13800138000") == CODE
