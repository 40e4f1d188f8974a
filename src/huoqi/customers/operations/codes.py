"""Codes that prove a phone: sent, tried, used once."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from huoqi.customers._store import sessions as store
from huoqi.customers.desk import Desk
from huoqi.customers.rules.message_codes import (
    FAILURES_MAX,
    VALID_FOR,
    CodeWrong,
    Purpose,
    SentCode,
    refusal_to_send,
    refusal_to_try,
    window_after,
)
from huoqi.customers.rules.phone import masked_mobile, parse_mobile
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_MAC_PURPOSE = "customer.message_code"


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way; nothing tells whether the number is known here."""

    phone_masked: str
    expires_at: datetime


def send_code(work: Work, desk: Desk, *, phone: str, purpose: Purpose) -> CodeSent | DomainError:
    """Send a code to a number. Errors: PhoneMalformed (raised), CodeTooSoon."""
    number = parse_mobile(phone)
    key = code_key(desk, phone=number, purpose=purpose)
    last = _sent(store.code(work, key))
    now = machine_now()
    refusal = refusal_to_send(last, now=now)
    if refusal is not None:
        return refusal
    code = desk.messages.new_code()
    window_at, sent_count = window_after(last, now=now)
    mac = _mac(desk, phone=number, code=code)
    more = {"mac": mac, "now": now, "window_at": window_at, "sent_count": sent_count}
    store.keep_code(work, {**key, **more})
    desk.messages.send_code(work, phone=number, code=code)
    return CodeSent(masked_mobile(number), now + VALID_FOR)


def use_code(
    work: Work, desk: Desk, *, phone: str, purpose: Purpose, code: str
) -> DomainError | None:
    """Use up the code of a number in stored form; return the refusal, None if it was right.

    Errors: CodeExpired, CodeWrong. A wrong try is counted if the work commits.
    """
    key = code_key(desk, phone=phone, purpose=purpose)
    row = store.code(work, key)
    last = _sent(row)
    refusal = refusal_to_try(last, now=machine_now())
    if refusal is not None or row is None or last is None:
        return refusal
    if _CODE.fullmatch(code) and hmac.compare_digest(
        _mac(desk, phone=phone, code=code), bytes(row[5])
    ):
        store.use_code(work, {**key, "now": machine_now()})
        return None
    return count_failure(work, key, failure_count=last.failure_count)


def count_failure(work: Work, key: dict[str, object], *, failure_count: int) -> CodeWrong:
    """Count a wrong try and return the refusal."""
    store.fail_code(work, key)
    return CodeWrong(tries_left=FAILURES_MAX - failure_count - 1)


def code_key(desk: Desk, *, phone: str, purpose: Purpose) -> dict[str, object]:
    """Return the key of a number's code, as parameters."""
    pseudonym = desk.phone_pseudonym(phone)
    shard = desk.shard_of_pseudonym(pseudonym)
    return {"shard": shard, "pseudonym": pseudonym, "purpose": purpose}


def _mac(desk: Desk, *, phone: str, code: str) -> bytes:
    # Keyed, since a million codes are soon tried.
    return desk.vault.pseudonym(purpose=_MAC_PURPOSE, value=f"{phone}:{code}")


def _sent(row: tuple[object, ...] | None) -> SentCode | None:
    if row is None:
        return None
    sent_at, window_at, sent_count, failure_count, is_used = row[:5]
    assert isinstance(sent_at, datetime)
    assert isinstance(window_at, datetime)
    assert isinstance(sent_count, int)
    assert isinstance(failure_count, int)
    return SentCode(sent_at, window_at, sent_count, failure_count, bool(is_used))
