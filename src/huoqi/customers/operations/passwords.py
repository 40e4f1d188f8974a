"""The payment password: set once, checked at each step-up, changed at the price of a cool-down.

Argon2id with 19 MiB, two passes and one lane (about 30 ms) over the digits keyed with the vault:
a million passwords are soon tried, so a stolen table alone must be of no use.
"""

import re
from typing import ClassVar, Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from huoqi.customers._store import passkeys, people
from huoqi.customers._store import passwords as store
from huoqi.customers.desk import Desk
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.operations.step_ups import give_grant
from huoqi.customers.people import Caller, Grant, Identity
from huoqi.customers.rules.access import StepUpRequired
from huoqi.customers.rules.lockout import (
    Lock,
    after_failure,
    cool_down_until,
    refusal_after,
    refusal_while_locked,
)
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.rules.payment_password import (
    PaymentPasswordMalformed,
    check_payment_password,
)
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

ARGON2_MEMORY_KIB: Final = 19_456
ARGON2_PASSES: Final = 2
ARGON2_LANES: Final = 1

_HASHER = PasswordHasher(
    time_cost=ARGON2_PASSES, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_LANES
)
_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
_PEPPER_PURPOSE = "customer.payment_password"


class PaymentPasswordMissing(DomainError):
    """The customer has not set a payment password yet."""

    code: ClassVar[str] = "payment_password.missing"


class PaymentPasswordAlreadySet(DomainError):
    """There is a payment password: change it with the old one, or recover it."""

    code: ClassVar[str] = "payment_password.already_set"


def set_payment_password(
    work: Work, desk: Desk, *, caller: Caller, digits: str
) -> DomainError | None:
    """Set the first payment password; return the refusal, None when it is set.

    Errors: PaymentPasswordAlreadySet, PaymentPasswordMalformed, PaymentPasswordTooEasy, and
    StepUpRequired for a customer who has a passkey, which then has to approve it.
    """
    if store.locked(work, _key(caller)) is not None:
        return PaymentPasswordAlreadySet()
    if not caller.stepped_up and passkeys.of_customer(work, _key(caller)):
        return StepUpRequired()
    return replace_payment_password(work, desk, caller=caller, digits=digits, verb="set")


def change_payment_password(
    work: Work, desk: Desk, *, caller: Caller, old: str, new: str
) -> DomainError | None:
    """Change the payment password; no money leaves for 24 hours of business time.

    Errors: PaymentPasswordMissing, PaymentPasswordWrong, PaymentPasswordLocked,
    PaymentPasswordMalformed, PaymentPasswordTooEasy.
    """
    refusal = check_password(work, desk, caller=caller, digits=old)
    if refusal is not None:
        return refusal
    refusal = replace_payment_password(work, desk, caller=caller, digits=new, verb="changed")
    if refusal is None:
        begin_cool_down(work, shard=caller.shard, customer_no=caller.customer_no)
    return refusal


def step_up(work: Work, desk: Desk, *, caller: Caller, digits: str) -> Grant | DomainError:
    """Return leave to move money from this session for ten minutes of machine time.

    Errors: PaymentPasswordMissing, PaymentPasswordWrong, PaymentPasswordLocked.
    """
    refusal = check_password(work, desk, caller=caller, digits=digits)
    if refusal is not None:
        return refusal
    return give_grant(work, caller=caller, proof="password")


def check_password(work: Work, desk: Desk, *, caller: Caller, digits: str) -> DomainError | None:
    """Return the refusal of a payment password, None if it is right.

    What is not six digits is refused and not counted. Wrong ones are counted if the work commits;
    the fifth in a row locks for three hours of business time. The row is locked meanwhile, so that
    tries queue.
    """
    row = store.locked(work, _key(caller))
    if row is None:
        return PaymentPasswordMissing()
    if not _DIGITS.fullmatch(digits):
        return PaymentPasswordMalformed()
    lock = Lock(row[1], row[2])
    refusal = refusal_while_locked(lock, at=work.at)
    if refusal is not None:
        return refusal
    if _matches(desk, row[0], customer_no=caller.customer_no, digits=digits):
        if lock != Lock():
            store.set_lock(work, _key(caller) | {"failure_count": 0, "locked_until": None})
        return None
    lock = after_failure(lock, at=work.at)
    more = {"failure_count": lock.failure_count, "locked_until": lock.locked_until}
    store.set_lock(work, _key(caller) | more)
    if lock.locked_until is not None:
        _tell(work, caller, "locked")
    return refusal_after(lock)


def replace_payment_password(
    work: Work, desk: Desk, *, caller: Caller, digits: str, verb: str
) -> DomainError | None:
    """Write a payment password in place of any other; return what is unfit about it."""
    (identity,) = identities_of(work, desk, [caller.customer_no])
    if not isinstance(identity, Identity):
        return identity
    try:
        birth_on = parse_national_id(identity.national_id).birth_on
        check_payment_password(digits, birth_on=birth_on)
    except DomainError as error:
        return error
    hashed = _HASHER.hash(_peppered(desk, customer_no=caller.customer_no, digits=digits))
    store.keep(work, _key(caller) | {"hash": hashed})
    _tell(work, caller, verb)
    return None


def begin_cool_down(work: Work, *, shard: int, customer_no: int) -> None:
    """Let no money leave for 24 hours of business time from now."""
    until = cool_down_until(work.at)
    store_key = {"shard": shard, "customer_no": customer_no}
    people.set_cool_down(work, store_key | {"until": until})


def _matches(desk: Desk, hashed: str, *, customer_no: int, digits: str) -> bool:
    try:
        return _HASHER.verify(hashed, _peppered(desk, customer_no=customer_no, digits=digits))
    except VerifyMismatchError:
        return False


def _peppered(desk: Desk, *, customer_no: int, digits: str) -> bytes:
    return desk.vault.pseudonym(purpose=_PEPPER_PURPOSE, value=f"{customer_no}:{digits}")


def _key(caller: Caller) -> dict[str, object]:
    return {"shard": caller.shard, "customer_no": caller.customer_no}


def _tell(work: Work, caller: Caller, verb: str) -> None:
    kind = f"customer.payment_password.{verb}"
    emit(work, EventDraft(kind, caller.customer_id, caller.customer_no))
