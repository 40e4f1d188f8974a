"""Becoming a customer, and coming back: codes, registration, sessions, recovery."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from huoqi.customers.operations import (
    OpenedSession,
    PasswordRecovery,
    PhoneMove,
    Registration,
    Submission,
    identify,
    link_pending,
    move_phone,
    prove_phone,
    recover_payment_password,
    send_code,
    sign_in,
)
from huoqi.customers.rules.message_codes import Purpose
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.browser import PENDING_LINK_COOKIE
from huoqi.web.doors import Customer, OpenDoor, Public
from huoqi.web.framework import StrictRoute
from huoqi.web.handover import Handing, Handover, SessionView
from huoqi.web.machine import address_of
from huoqi.web.wire import Answer, DoneAnswer, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Registration and sessions"], route_class=StrictRoute)

Phone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=32),
    Field(description="A mainland mobile number.", examples=["13800138000"]),
]
Code = Annotated[
    str,
    StringConstraints(pattern="^[0-9]{6}$"),
    Field(description="The six digits sent to the phone; 123456 in a sandbox."),
]
PersonName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(description="The name on the identity card.", examples=["林晓"]),
]
NationalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=32),
    Field(description="The resident identity number, GB 11643.", examples=["110105199001010019"]),
]
SixDigits = Annotated[
    str, StringConstraints(min_length=1, max_length=32), Field(examples=["280461"])
]
Device = Annotated[
    str,
    StringConstraints(max_length=80),
    Field(description="What the app calls the device.", examples=["my phone"]),
]


CSRF = Field(
    default="", description="For a browser: goes into the header Huoqi-Csrf of unsafe methods."
)


class PhoneBody(Shape):
    """A phone to send a code to."""

    phone: Phone


class CodeSentAnswer(Answer):
    """A code is on its way; nothing tells whether the number is known here."""

    phone_masked: str
    expires_at: str


class ProofBody(Shape):
    """A phone and the code that was sent to it."""

    phone: Phone
    code: Code


class ApplicationAnswer(Answer):
    """The phone is proven; go on with the identity. The token is told once."""

    application_id: UUID
    application_token: str
    expires_at: str


class IdentityBody(Shape):
    """Who the applicant is."""

    application_token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    name: PersonName
    national_id: NationalId
    device: Device = ""


class RegistrationAnswer(Answer):
    """What came of it: a customer with a session, or people look at it until a time."""

    application_id: UUID
    state: str
    customer_id: UUID | None
    session: SessionView | None
    csrf: str = CSRF
    expected_by: str | None


class SignInBody(Shape):
    """A phone, the code sent to it, and the device."""

    phone: Phone
    code: Code
    device: Device = ""


class SessionAnswer(Answer):
    """A session was opened."""

    session: SessionView
    csrf: str = CSRF


class PhoneMoveBody(Shape):
    """For somebody with a new phone: the account's name, ID and payment password prove it."""

    new_phone: Phone
    code: Code
    name: PersonName
    national_id: NationalId
    payment_password: SixDigits | None = None
    device: Device = ""


class PasswordRecoveryBody(Shape):
    """For a signed-in customer who forgot the payment password."""

    code: Code
    name: PersonName
    national_id: NationalId
    new_payment_password: SixDigits


@router.post("/registrations", operation_id="registrations_begin", status_code=202)
def registrations_begin(door: Public, request: Request, body: PhoneBody) -> CodeSentAnswer:
    """Begin to register: send a code to the phone."""
    return _sent(door, request, phone=body.phone, purpose="register")


@router.post("/registrations/code", operation_id="registrations_prove_phone", status_code=201)
def registrations_prove_phone(door: Public, request: Request, body: ProofBody) -> ApplicationAnswer:
    """Prove the phone with the code; the answer's token opens the next step."""
    door.machine.sign_ins.take(address_of(request))

    def proven(work: Work) -> ApplicationAnswer | DomainError:
        opened = prove_phone(work, door.machine.desk, phone=body.phone, code=body.code)
        if isinstance(opened, DomainError):
            return opened
        return ApplicationAnswer(
            application_id=opened.application_id,
            application_token=opened.token,
            expires_at=shown_at(opened.expires_at),
            business_time=shown_at(work.at),
        )

    return door.act(proven)


@router.post(
    "/registrations/identity",
    operation_id="registrations_identify",
    status_code=201,
    responses={202: {"model": RegistrationAnswer, "description": "People look at it."}},
)
def registrations_identify(
    door: Public, request: Request, hand: Handing, response: Response, body: IdentityBody
) -> RegistrationAnswer:
    """Check name and ID; 18 on the day itself. The customer is signed in at once.

    Under age, the answer is `identity.under_age` with the date from which it will work.
    """
    door.machine.sign_ins.take(address_of(request))
    submission = Submission(
        body.application_token,
        body.name,
        body.national_id,
        hand.device_name(body.device),
        hand.device_id,
    )
    made = identify(door.machine.platform.database, door.machine.desk, submission)
    if made.customer is None:
        response.status_code = 202
    _link_waiting(door, hand, made)
    return door.note(lambda work: _registration(work, made, hand), actor="customer")


@router.post("/sessions/code", operation_id="sessions_send_code", status_code=202)
def sessions_send_code(door: Public, request: Request, body: PhoneBody) -> CodeSentAnswer:
    """Send a code to sign in with."""
    return _sent(door, request, phone=body.phone, purpose="sign_in")


@router.post("/sessions", operation_id="sessions_open", status_code=201)
def sessions_open(door: Public, request: Request, hand: Handing, body: SignInBody) -> SessionAnswer:
    """Sign in with phone and code."""
    door.machine.sign_ins.take(address_of(request))

    def opened(work: Work) -> SessionAnswer | DomainError:
        session = sign_in(
            work,
            door.machine.desk,
            phone=body.phone,
            code=body.code,
            device=hand.device_name(body.device),
            device_key=hand.device_id,
        )
        if isinstance(session, DomainError):
            return session
        return session_answer(work, hand, session)

    return door.act(opened)


@router.post("/recoveries/code", operation_id="recoveries_send_code", status_code=202)
def recoveries_send_code(door: Public, request: Request, body: PhoneBody) -> CodeSentAnswer:
    """Send a code to recover with, to the new phone or to the account's own."""
    return _sent(door, request, phone=body.phone, purpose="recover")


@router.post("/recoveries/phone", operation_id="recoveries_move_phone", status_code=201)
def recoveries_move_phone(
    door: Public, request: Request, hand: Handing, body: PhoneMoveBody
) -> SessionAnswer:
    """Put an account on a new phone and sign in there; no money leaves for 24 hours."""
    door.machine.sign_ins.take(address_of(request))
    move = PhoneMove(
        new_phone=body.new_phone,
        code=body.code,
        name=body.name,
        national_id=body.national_id,
        payment_password=body.payment_password,
        device=hand.device_name(body.device),
        device_key=hand.device_id,
    )

    def moved(work: Work) -> SessionAnswer | DomainError:
        session = move_phone(work, door.machine.desk, move)
        if isinstance(session, DomainError):
            return session
        return session_answer(work, hand, session)

    return door.act(moved)


@router.post("/recoveries/payment-password", operation_id="recoveries_payment_password")
def recoveries_payment_password(door: Customer, body: PasswordRecoveryBody) -> DoneAnswer:
    """Replace a forgotten payment password; no money leaves for 24 hours."""
    recovery = PasswordRecovery(
        code=body.code,
        name=body.name,
        national_id=body.national_id,
        new_password=body.new_payment_password,
    )
    return door.act(
        lambda work, caller: (
            recover_payment_password(work, door.machine.desk, caller=caller, recovery=recovery)
            or DoneAnswer(business_time=shown_at(work.at))
        )
    )


def _sent(door: OpenDoor, request: Request, *, phone: str, purpose: Purpose) -> CodeSentAnswer:
    door.machine.codes.take(address_of(request))

    def sent(work: Work) -> CodeSentAnswer | DomainError:
        code = send_code(work, door.machine.desk, phone=phone, purpose=purpose)
        if isinstance(code, DomainError):
            return code
        return CodeSentAnswer(
            phone_masked=code.phone_masked,
            expires_at=shown_at(code.expires_at),
            business_time=shown_at(work.at),
        )

    return door.act(sent)


def _link_waiting(door: OpenDoor, hand: Handover, made: Registration) -> None:
    """Link the device maker's account with which the applicant came, if there is one.

    If it cannot be linked any more, the registration is none the worse: the security centre can.
    """
    secret, session = hand.visit.cookies.get(PENDING_LINK_COOKIE), made.session
    if secret is None or session is None:
        return
    desk = door.machine.desk
    database = door.machine.platform.database
    database.run(
        lambda work: link_pending(work, desk, secret=secret, session=session), actor="customer"
    )
    hand.set_cookie(PENDING_LINK_COOKIE, "", seconds=0)


def _registration(work: Work, made: Registration, hand: Handover) -> RegistrationAnswer:
    return RegistrationAnswer(
        application_id=made.application_id,
        state=made.state,
        customer_id=made.customer.customer_id if made.customer else None,
        session=hand.view(work, made.session) if made.session else None,
        csrf=hand.csrf(made.session),
        expected_by=shown_at(made.expected_by) if made.expected_by else None,
        business_time=shown_at(work.at),
    )


def session_answer(work: Work, hand: Handover, session: OpenedSession) -> SessionAnswer:
    """Return the answer to whoever just signed in; a browser gets its cookie with it."""
    return SessionAnswer(
        session=hand.view(work, session),
        csrf=hand.csrf(session),
        business_time=shown_at(work.at),
    )
