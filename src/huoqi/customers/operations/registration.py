"""Registration: phone and code, name and ID, the authority's word, and a customer.

The authority is asked between two short transactions, never inside one. An application whose
question was lost, by a crash or a dead line, is asked about again by ``retry_applications``.
"""

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import applications as store
from huoqi.customers._store import people
from huoqi.customers.applications import (
    Application,
    OpenedApplication,
    PendingCheck,
    Registration,
    Submission,
)
from huoqi.customers.authorities.port import Answer, Question
from huoqi.customers.desk import Desk
from huoqi.customers.operations.codes import use_code
from huoqi.customers.operations.opening import (
    AlreadyRegistered,
    CheckedPerson,
    PhoneInUse,
    directory_keys,
    open_customers,
)
from huoqi.customers.operations.sessions import SessionRequest, open_sessions
from huoqi.customers.people import NewCustomer
from huoqi.customers.rules.age import require_adult
from huoqi.customers.rules.applications import (
    IDENTITY_TRIES_MAX,
    LEASE,
    REVIEW_TAKES,
    AuthorityDown,
    gives_up,
    next_ask_at,
)
from huoqi.customers.rules.names import parse_name
from huoqi.customers.rules.national_id import NationalId, parse_national_id
from huoqi.customers.rules.phone import parse_mobile
from huoqi.customers.rules.tokens import SECRET_BYTES, shard_of_token, token_digest, token_text
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Row, Work
from huoqi.kit.errors import DomainError

APPLICATION_HOLDS = timedelta(hours=1)
_APPLICANT = "applicant"


class ApplicationInvalid(DomainError):
    """The application is unknown, expired or past this step: begin again with the phone."""

    code: ClassVar[str] = "identity.application_invalid"


class TooManyTries(DomainError):
    """Too many names and IDs were tried with this phone: begin again with the phone."""

    code: ClassVar[str] = "identity.too_many_tries"


class IdentityNotFound(DomainError):
    """The authority knows no such person."""

    code: ClassVar[str] = "identity.not_found"


class IdentityNameMismatch(DomainError):
    """The authority knows the number under another name."""

    code: ClassVar[str] = "identity.name_mismatch"


_REFUSALS: dict[Answer, type[DomainError]] = {
    Answer.NOT_FOUND: IdentityNotFound,
    Answer.NO_MATCH: IdentityNameMismatch,
    Answer.ALREADY_KNOWN: AlreadyRegistered,
}


def prove_phone(
    work: Work, desk: Desk, *, phone: str, code: str
) -> OpenedApplication | DomainError:
    """Open an application for whoever holds the phone.

    Errors: PhoneMalformed (raised), CodeExpired, CodeWrong, PhoneInUse.
    """
    number = parse_mobile(phone)
    refusal = use_code(work, desk, phone=number, purpose="register", code=code)
    if refusal is not None:
        return refusal
    pseudonym = desk.phone_pseudonym(number)
    key = (people.PHONE_KIND, pseudonym, 0)
    (owner,) = people.owners(work, directory_keys(desk, [key]))
    if owner is not None:
        return PhoneInUse()
    application_id = work.new_id()
    shard = desk.shard_of_pseudonym(pseudonym)
    token = token_text("application", shard=shard, secret=secrets.token_urlsafe(SECRET_BYTES))
    wrapped = desk.vault.new_key(_owner(application_id))
    expires_at = machine_now() + APPLICATION_HOLDS
    store.open_one(
        work,
        {
            "shard": shard,
            "application_id": application_id,
            "token": token_digest(token),
            "expires_at": expires_at,
            "phone_pseudonym": pseudonym,
            "wrapped_key": wrapped,
            "sealed_phone": _seal(desk, wrapped, application_id, "phone", number),
        },
    )
    return OpenedApplication(token, application_id, expires_at)


def submit_identity(work: Work, desk: Desk, submission: Submission) -> PendingCheck | DomainError:
    """Check name and ID by our own rules and keep them, sealed; the authority is next.

    Errors: ApplicationInvalid, TooManyTries, those of the rules on name, ID and age (UnderAge
    with the exact date), AlreadyRegistered.
    """
    row = _by_token(work, submission.token)
    if row is None or row[2] != "phone_proven" or machine_now() >= row[4]:
        return ApplicationInvalid()
    if row[8] >= IDENTITY_TRIES_MAX:
        return TooManyTries()
    key = {"shard": row[0], "application_id": row[1]}
    try:
        name = parse_name(submission.name)
        national_id = parse_national_id(submission.national_id)
        require_adult(shanghai_date(work.at), birth_on=national_id.birth_on)
    except DomainError as error:
        return error
    if _is_registered(work, desk, national_id):
        # Counted: otherwise one proven phone could ask about any number of people.
        store.back(work, key)
        return AlreadyRegistered()
    wrapped, application_id = bytes(row[11]), row[1]
    sealed_id = _seal(desk, wrapped, application_id, "national_id", national_id.number)
    store.submit(
        work,
        key
        | {
            "name": _seal(desk, wrapped, application_id, "name", name),
            "national_id": sealed_id,
            "next_try_at": work.at + LEASE,
        },
    )
    _tell(work, application_id, "submitted")
    return PendingCheck(row[0], application_id, name, national_id.number, work.at, work.at)


def record_answer(
    work: Work, desk: Desk, check: PendingCheck, answer: Answer
) -> Registration | DomainError:
    """Do what the authority's answer asks for.

    Errors: IdentityNotFound, IdentityNameMismatch, AlreadyRegistered, PhoneInUse, AuthorityDown
    (the application is kept), ApplicationInvalid (someone else has recorded an answer).
    """
    key = {"shard": check.shard, "application_id": check.application_id}
    row = store.by_id_locked(work, key)
    if row is None or row[2] not in {"checking", "waiting_authority"}:
        return ApplicationInvalid()
    if answer is Answer.DOWN:
        return _keep_waiting(work, key, row)
    if answer is Answer.REVIEW:
        expected_by = work.at + REVIEW_TAKES
        more = {"state": "manual_review", "next_try_at": None, "expected_by": expected_by}
        store.wait(work, key | more)
        _tell(work, check.application_id, "under_review")
        return Registration(check.application_id, "manual_review", expected_by=expected_by)
    if answer in _REFUSALS:
        store.back(work, key)
        _tell(work, check.application_id, "returned")
        return _REFUSALS[answer]()
    return _accept(work, desk, row)


def identify(database: Database, desk: Desk, submission: Submission) -> Registration:
    """Submit name and ID, ask the authority, and return the customer with a session.

    Raises what ``submit_identity`` and ``record_answer`` refuse, after their effects (a counted
    try, a kept application) are committed.
    """
    check = database.run(lambda work: submit_identity(work, desk, submission), actor=_APPLICANT)
    if isinstance(check, DomainError):
        raise check
    answer = desk.authority.check(_question(check))

    def record(work: Work) -> Registration | DomainError:
        registration = record_answer(work, desk, check, answer)
        if isinstance(registration, Registration) and registration.customer is not None:
            return _signed_in(work, desk, registration, submission)
        return registration

    registration = database.run(record, actor=_APPLICANT)
    if isinstance(registration, DomainError):
        raise registration
    return registration


def retry_applications(
    database: Database, desk: Desk, *, limit: int = 100
) -> list[Registration | DomainError]:
    """Ask the authority about applications that are due, and return what came of each.

    Works while the time machine moves. Those who waited two weeks are given up.
    """
    checks = database.run(lambda work: _claim_due(work, desk, limit=limit), while_advancing=True)
    results = []
    for check in checks:
        answer = desk.authority.check(_question(check))
        results.append(
            database.run(
                partial(record_answer, desk=desk, check=check, answer=answer),
                while_advancing=True,
            )
        )
    return results


def resolve_review(
    work: Work, desk: Desk, application: Application, *, verdict: Answer
) -> Registration | DomainError:
    """Do what people decided on an application under review: MATCH accepts, NO_MATCH refuses.

    Errors: ApplicationInvalid, AlreadyRegistered, PhoneInUse. Four eyes are the caller's matter.
    """
    assert verdict in {Answer.MATCH, Answer.NO_MATCH}
    key = {"shard": application.shard, "application_id": application.application_id}
    row = store.by_id_locked(work, key)
    if row is None or row[2] != "manual_review":
        return ApplicationInvalid()
    if verdict is Answer.MATCH:
        return _accept(work, desk, row)
    store.end(work, key | {"state": "refused"})
    _tell(work, application.application_id, "refused")
    return Registration(application.application_id, "refused")


def reveal_application(desk: Desk, row: Row) -> tuple[str, str]:
    """Return name and national ID of a submitted application, for checks of our own."""
    application_id, wrapped = row[1], bytes(row[11])
    return (
        _reveal(desk, wrapped, application_id, "name", row[13]),
        _reveal(desk, wrapped, application_id, "national_id", row[14]),
    )


def abandon_applications(work: Work) -> int:
    """Destroy what was entered in applications that nobody went on with; return how many."""
    return store.abandon(work, {"now": machine_now()})


def _accept(work: Work, desk: Desk, row: Row) -> Registration | DomainError:
    application_id, wrapped = row[1], bytes(row[11])
    person = CheckedPerson(
        name=_reveal(desk, wrapped, application_id, "name", row[13]),
        national_id=_reveal(desk, wrapped, application_id, "national_id", row[14]),
        phone=_reveal(desk, wrapped, application_id, "phone", row[12]),
        simulated=False,
    )
    (opened,) = open_customers(work, desk, [person])
    key = {"shard": row[0], "application_id": application_id}
    if not isinstance(opened, NewCustomer):
        store.end(work, key | {"state": "refused"})
        _tell(work, application_id, "refused")
        return opened
    store.end(work, key | {"state": "accepted", "customer_no": opened.customer_no})
    return Registration(application_id, "accepted", customer=opened)


def _keep_waiting(work: Work, key: dict[str, object], row: Row) -> DomainError:
    submitted_at: datetime = row[5]
    if gives_up(work.at, submitted_at=submitted_at):
        store.end(work, key | {"state": "expired"})
        _tell(work, row[1], "expired")
        return ApplicationInvalid()
    next_at = next_ask_at(work.at, ask_count=row[9] + 1)
    more = {"state": "waiting_authority", "next_try_at": next_at, "expected_by": next_at}
    store.wait(work, key | more)
    _tell(work, row[1], "waiting")
    wait_s = (next_at - work.at) // timedelta(seconds=1)
    return AuthorityDown(retry_after_s=wait_s, application_id=str(row[1]))


def _claim_due(work: Work, desk: Desk, *, limit: int) -> list[PendingCheck]:
    checks = []
    for row in store.due(work, limit=limit):
        key = {"shard": row[0], "application_id": row[1]}
        store.lease(work, key | {"next_try_at": work.at + LEASE})
        wrapped = bytes(row[11])
        name = _reveal(desk, wrapped, row[1], "name", row[13])
        number = _reveal(desk, wrapped, row[1], "national_id", row[14])
        checks.append(PendingCheck(row[0], row[1], name, number, row[5], work.at))
    return checks


def _signed_in(
    work: Work, desk: Desk, registration: Registration, submission: Submission
) -> Registration:
    customer = registration.customer
    assert customer is not None
    request = SessionRequest(
        customer.customer_no,
        customer.customer_id,
        submission.device,
        submission.device_key,
        is_first=True,
    )
    (session,) = open_sessions(work, desk, [request])
    return Registration(registration.application_id, "accepted", customer, session)


def _is_registered(work: Work, desk: Desk, national_id: NationalId) -> bool:
    key = (people.ID_KIND, desk.id_pseudonym(national_id.number), 0)
    return people.owners(work, directory_keys(desk, [key])) != [None]


def _by_token(work: Work, token: str) -> Row | None:
    shard = shard_of_token("application", token)
    if shard is None:
        return None
    return store.by_token_locked(work, {"shard": shard, "token": token_digest(token)})


def _question(check: PendingCheck) -> Question:
    return Question(check.name, check.national_id, first_asked_at=check.submitted_at, at=check.at)


def _owner(application_id: UUID) -> str:
    return f"a:{application_id}"


def _seal(desk: Desk, wrapped: bytes, application_id: UUID, field: str, text: str) -> bytes:
    return desk.vault.seal_under(
        wrapped, owner=_owner(application_id), field=f"application.{field}", plaintext=text
    )


def _reveal(desk: Desk, wrapped: bytes, application_id: UUID, field: str, sealed: bytes) -> str:
    return desk.vault.reveal_under(
        wrapped,
        owner=_owner(application_id),
        field=f"application.{field}",
        sealed=bytes(sealed),
    )


def _tell(work: Work, application_id: UUID, verb: str) -> None:
    emit(work, EventDraft(f"customer.application.{verb}", application_id))
