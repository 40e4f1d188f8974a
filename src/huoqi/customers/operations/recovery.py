"""Recovery: a forgotten payment password, a new phone; each costs a cool-down of 24 hours."""

import dataclasses
import hmac
from dataclasses import dataclass
from typing import ClassVar

from huoqi.customers._store import passwords, people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.codes import use_code
from huoqi.customers.operations.device_accounts import unlink_all_accounts
from huoqi.customers.operations.opening import PhoneInUse, directory_keys
from huoqi.customers.operations.passkeys import remove_all_passkeys
from huoqi.customers.operations.passwords import (
    begin_cool_down,
    check_password,
    replace_payment_password,
)
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.operations.sessions import SessionRequest, end_all_sessions, open_sessions
from huoqi.customers.people import FIELDS, Caller, Customer, Identity, OpenedSession
from huoqi.customers.rules.names import parse_name
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.rules.phone import parse_mobile
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of


class RecoveryNotMatched(DomainError):
    """What was entered does not belong together; which part is not said."""

    code: ClassVar[str] = "recovery.not_matched"


class RecoveryNeedsSupport(DomainError):
    """Phone and payment password are both lost: only people can help."""

    code: ClassVar[str] = "recovery.needs_support"


@dataclass(frozen=True, slots=True)
class PasswordRecovery:
    """What a signed-in customer enters who forgot the payment password."""

    code: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    new_password: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class PhoneMove:
    """What somebody enters who has a new phone; the payment password if one was ever set."""

    new_phone: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    payment_password: str | None = dataclasses.field(default=None, repr=False)
    device: str = ""
    device_key: str | None = dataclasses.field(default=None, repr=False)


def recover_payment_password(
    work: Work, desk: Desk, *, caller: Caller, recovery: PasswordRecovery
) -> DomainError | None:
    """Replace a forgotten payment password; return the refusal, None when it is done.

    Asks for a fresh code (purpose ``recover``) on the account's own phone, and for name and ID.
    Errors: CodeExpired, CodeWrong, RecoveryNotMatched, PaymentPasswordMalformed,
    PaymentPasswordTooEasy. Other sessions and all grants end; no money leaves for 24 hours.
    """
    (identity,) = identities_of(work, desk, [caller.customer_no])
    if not isinstance(identity, Identity):
        return identity
    refusal = use_code(work, desk, phone=identity.phone, purpose="recover", code=recovery.code)
    if refusal is not None:
        return refusal
    if not _is_same(identity, name=recovery.name, national_id=recovery.national_id):
        return RecoveryNotMatched()
    refusal = replace_payment_password(
        work, desk, caller=caller, digits=recovery.new_password, verb="recovered"
    )
    if refusal is None:
        begin_cool_down(work, shard=caller.shard, customer_no=caller.customer_no)
        end_all_sessions(work, shards=[caller.shard], customers=[caller.customer_no])
    return refusal


def move_phone(work: Work, desk: Desk, move: PhoneMove) -> OpenedSession | DomainError:
    """Put an account on a new phone and sign in there; all other sessions end.

    Asks for a code (purpose ``recover``) on the new phone, for name, ID and payment password.
    Errors: PhoneMalformed (raised), CodeExpired, CodeWrong, RecoveryNotMatched,
    RecoveryNeedsSupport, PaymentPasswordWrong, PaymentPasswordLocked, PhoneInUse. No money
    leaves for 24 hours.
    """
    phone = parse_mobile(move.new_phone)
    refusal = use_code(work, desk, phone=phone, purpose="recover", code=move.code)
    if refusal is not None:
        return refusal
    owner = _owner_of(work, desk, move)
    if owner is None:
        return RecoveryNotMatched()
    customer, identity = owner
    refusal = _password_refusal(work, desk, customer, move.payment_password)
    if refusal is None and not _take_phone(work, desk, customer, identity, phone=phone):
        refusal = PhoneInUse()
    if refusal is not None:
        return refusal
    end_all_sessions(work, shards=[customer.shard], customers=[customer.customer_no])
    begin_cool_down(work, shard=customer.shard, customer_no=customer.customer_no)
    emit(work, EventDraft("customer.phone.moved", customer.customer_id, customer.customer_no))
    remove_all_passkeys(work, shards=[customer.shard], customers=[customer.customer_no])
    unlink_all_accounts(work, desk, shards=[customer.shard], customers=[customer.customer_no])
    request = SessionRequest(
        customer.customer_no, customer.customer_id, move.device, move.device_key
    )
    (session,) = open_sessions(work, desk, [request])
    return session


def clear_payment_password(work: Work, *, customer: Customer) -> None:
    """Take a lost payment password away after people have checked who asks; cools down."""
    key = {"shard": customer.shard, "customer_no": customer.customer_no}
    passwords.drop(work, key)
    begin_cool_down(work, shard=customer.shard, customer_no=customer.customer_no)
    end_all_sessions(work, shards=[customer.shard], customers=[customer.customer_no])
    remove_all_passkeys(work, shards=[customer.shard], customers=[customer.customer_no])
    kind = "customer.payment_password.cleared"
    emit(work, EventDraft(kind, customer.customer_id, customer.customer_no, {"actor": work.actor}))


def _owner_of(work: Work, desk: Desk, move: PhoneMove) -> tuple[Customer, Identity] | None:
    try:
        number = parse_national_id(move.national_id).number
    except DomainError:
        return None
    key = (people.ID_KIND, desk.id_pseudonym(number), 0)
    (customer_no,) = people.owners(work, directory_keys(desk, [key]))
    if customer_no is None:
        return None
    (identity,) = identities_of(work, desk, [customer_no])
    if not isinstance(identity, Identity):
        return None
    if not _is_same(identity, name=move.name, national_id=move.national_id):
        return None
    shard = shard_of(customer_no, shards=desk.shards)
    (row,) = people.locked(work, shards=[shard], customers=[customer_no])
    return Customer(*row), identity


def _password_refusal(
    work: Work, desk: Desk, customer: Customer, digits: str | None
) -> DomainError | None:
    key = {"shard": customer.shard, "customer_no": customer.customer_no}
    if not passwords.is_set(work, key):
        return None
    if digits is None:
        return RecoveryNeedsSupport()
    caller = Caller(
        customer.customer_no,
        customer.customer_id,
        customer.shard,
        session_id=customer.customer_id,
        stepped_up=False,
        scopes=frozenset(),
        state=customer.state,
    )
    return check_password(work, desk, caller=caller, digits=digits)


def _take_phone(
    work: Work, desk: Desk, customer: Customer, identity: Identity, *, phone: str
) -> bool:
    """Put the customer on the new number; False if another account has it."""
    if phone == identity.phone:
        return True
    pseudonym = desk.phone_pseudonym(phone)
    number = customer.customer_no
    new_key = (people.PHONE_KIND, pseudonym, number)
    if not people.claim(work, directory_keys(desk, [new_key])):
        return False
    old_key = (people.PHONE_KIND, desk.phone_pseudonym(identity.phone), number)
    people.release(work, directory_keys(desk, [old_key]))
    sealed = desk.vault.seal(work, customer_no=number, field=FIELDS["phone"], plaintext=phone)
    people.set_phone(
        work,
        {
            "shard": customer.shard,
            "customer_no": number,
            "phone_pseudonym": pseudonym,
            "phone_tail": desk.tail_pseudonym(phone),
            "sealed_phone": sealed,
        },
    )
    return True


def _is_same(identity: Identity, *, name: str, national_id: str) -> bool:
    try:
        entered = f"{parse_name(name)}|{parse_national_id(national_id).number}"
    except DomainError:
        return False
    held = f"{identity.name}|{identity.national_id}"
    return hmac.compare_digest(entered.encode(), held.encode())
