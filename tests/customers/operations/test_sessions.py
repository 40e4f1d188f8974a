"""Sessions, step-up and freezing against the database."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from huoqi.customers.messages.simulated import CODE
from huoqi.customers.operations import (
    Caller,
    Credentials,
    CustomerUnknown,
    NoAccount,
    OpenedSession,
    PaymentPasswordAlreadySet,
    PaymentPasswordMissing,
    SessionRequest,
    SessionUnknown,
    authorise,
    authorise_keys,
    authorise_money,
    authorise_security,
    change_payment_password,
    end_session,
    forget_expired,
    freeze_by_staff,
    freeze_own,
    open_sessions,
    send_code,
    set_payment_password,
    sign_in,
    step_up,
    unfreeze_by_staff,
    unfreeze_own,
)
from huoqi.customers.operations.step_ups import give_grant
from huoqi.customers.people import Customer
from huoqi.customers.queries import has_payment_password, sessions_of
from huoqi.customers.rules.access import (
    CoolDown,
    CustomerFrozen,
    SessionInvalid,
    StepUpRequired,
)
from huoqi.customers.rules.api_keys import KeyInvalid
from huoqi.customers.rules.lockout import PaymentPasswordLocked, PaymentPasswordWrong
from huoqi.customers.rules.message_codes import CodeWrong
from huoqi.customers.rules.payment_password import PaymentPasswordMalformed, PaymentPasswordTooEasy
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from tests.customers.branch import PASSWORD, Branch, id_number


def _asked(branch: Branch, *credentials: Credentials) -> list[object]:
    """Return the answers of authorise and authorise_money, errors as they are."""
    with branch.database.work() as work:
        return [
            type(answer) if isinstance(answer, Caller) else answer
            for verb in (authorise, authorise_money)
            for answer in verb(work, list(credentials))
        ]


def test_a_batch_is_answered_request_by_request(branch: Branch) -> None:
    first = branch.session()
    second = branch.session(phone="13900139000", number=id_number(sequence="003"))
    grant = branch.granted(first)

    with branch.database.work() as work:
        results = authorise_money(
            work,
            [
                Credentials(first.token, grant.token),
                Credentials(second.token, grant.token),
                Credentials("s0.unknown"),
                Credentials(first.token),
                Credentials(f"s1.{'x' * 43}", grant.token),
            ],
        )

    assert isinstance(results[0], Caller)
    assert (results[0].customer_no, results[0].stepped_up) == (first.customer_no, True)
    assert results[0].scopes == {"money", "security"}
    assert results[1:] == [
        StepUpRequired(),
        SessionInvalid(),
        StepUpRequired(),
        SessionInvalid(),
    ]
    with branch.database.work() as work:
        assert authorise(work, []) == []


def test_texts_that_no_encoding_knows_are_refused_like_any_other(branch: Branch) -> None:
    odd = "\ud800"
    with branch.database.work() as work:
        assert authorise(work, [Credentials(odd, odd)]) == [SessionInvalid()]
        assert authorise_keys(work, [odd]) == [KeyInvalid()]
        send_code(work, branch.desk, phone="13800138000", purpose="sign_in")
        wrong = sign_in(work, branch.desk, phone="13800138000", code=odd)
        assert wrong == CodeWrong(tries_left=4)
    session = branch.session()
    with branch.database.work() as work:
        request = SessionRequest(session.customer_no, session.customer_id, f"Phone {odd}")
        open_sessions(work, branch.desk, [request])
        newest, _ = sessions_of(work, branch.desk.vault, caller=branch.caller(session.token))
    assert newest.device == "Phone ?"


def test_a_grant_serves_its_own_session_only(branch: Branch) -> None:
    session = branch.session()
    grant = branch.granted(session)
    with branch.database.work() as work:
        request = SessionRequest(session.customer_no, session.customer_id, "Tablet")
        (other,) = open_sessions(work, branch.desk, [request])

    assert branch.caller(session.token, grant.token).stepped_up
    assert not branch.caller(other.token, grant.token).stepped_up


def test_a_customer_signs_in_with_phone_and_code(branch: Branch) -> None:
    session = branch.session()
    with branch.database.work() as work:
        for phone in ("13800138000", "13700137000"):
            send_code(work, branch.desk, phone=phone, purpose="sign_in")
        opened = sign_in(work, branch.desk, phone="138 0013 8000", code=CODE)
        stranger = sign_in(work, branch.desk, phone="13700137000", code=CODE)

    assert isinstance(opened, OpenedSession)
    assert opened.customer_no == session.customer_no
    assert stranger == NoAccount()


def test_devices_are_listed_and_ended_one_by_one(branch: Branch) -> None:
    session = branch.session()
    caller = branch.caller(session.token)
    with branch.database.work() as work:
        request = SessionRequest(session.customer_no, session.customer_id)
        (other,) = open_sessions(work, branch.desk, [request])
        listed = sessions_of(work, branch.desk.vault, caller=caller)

        assert [(s.session_id, s.device, s.is_current) for s in listed] == [
            (other.session_id, "", False),
            (session.session_id, "Phone 3", True),
        ]
        assert end_session(work, caller=caller, session_id=other.session_id) is None
        assert end_session(work, caller=caller, session_id=UUID(int=1)) == SessionUnknown()
        assert len(sessions_of(work, branch.desk.vault, caller=caller)) == 1
        assert forget_expired(work) == 0
    assert _asked(branch, Credentials(other.token))[0] == SessionInvalid()


def test_the_payment_password_is_set_once_and_not_too_easy(branch: Branch) -> None:
    caller = branch.caller(branch.session().token)
    with branch.database.work() as work:
        assert step_up(work, branch.desk, caller=caller, digits=PASSWORD) == (
            PaymentPasswordMissing()
        )
        birthday = set_payment_password(work, branch.desk, caller=caller, digits="900307")
        assert birthday == PaymentPasswordTooEasy(reason="birthday")
        assert not has_payment_password(work, caller=caller)
        assert set_payment_password(work, branch.desk, caller=caller, digits=PASSWORD) is None
        assert has_payment_password(work, caller=caller)
        again = set_payment_password(work, branch.desk, caller=caller, digits="381047")
        assert again == PaymentPasswordAlreadySet()


def test_five_wrong_passwords_lock_for_three_business_hours(branch: Branch) -> None:
    session = branch.session()
    branch.granted(session)
    caller = branch.caller(session.token)

    def tried(digits: str) -> object:
        with branch.database.work() as work:
            return step_up(work, branch.desk, caller=caller, digits=digits)

    locked = PaymentPasswordLocked(until="2015-05-11T04:00:00+00:00")
    answers = [tried("999888") for _ in range(5)]
    assert answers == [*(PaymentPasswordWrong(tries_left=n) for n in (4, 3, 2, 1)), locked]
    assert tried(PASSWORD) == locked
    assert tried("\ud800") == PaymentPasswordMalformed()
    branch.later(timedelta(hours=3))
    assert tried("999888") == PaymentPasswordWrong(tries_left=4)
    assert not isinstance(tried(PASSWORD), DomainError)
    assert tried("999888") == PaymentPasswordWrong(tries_left=4)


def test_after_a_change_of_password_money_leaves_a_day_later(branch: Branch) -> None:
    session = branch.session()
    grant = branch.granted(session)
    caller = branch.caller(session.token)
    with branch.database.work() as work:
        wrong = change_payment_password(work, branch.desk, caller=caller, old="111222", new="1")
        easy = change_payment_password(work, branch.desk, caller=caller, old=PASSWORD, new="123456")
        done = change_payment_password(work, branch.desk, caller=caller, old=PASSWORD, new="381047")
    assert (wrong, easy, done) == (
        PaymentPasswordWrong(tries_left=4),
        PaymentPasswordTooEasy(reason="sequence"),
        None,
    )

    out, into = (
        Credentials(session.token, grant.token),
        Credentials(session.token, grant.token, moves="in"),
    )
    cooling = CoolDown(until="2015-05-12T01:00:00+00:00")
    assert _asked(branch, out, into) == [Caller, Caller, cooling, Caller]
    branch.later(timedelta(hours=24))
    assert _asked(branch, out, into) == [Caller] * 4


def test_a_customer_freezes_and_lifts_it_after_a_step_up(branch: Branch) -> None:
    session = branch.session()
    grant = branch.granted(session)
    asked = Credentials(session.token, grant.token)
    with branch.database.work() as work:
        freeze_own(work, caller=branch.caller(session.token))

    assert _asked(branch, asked) == [CustomerFrozen(by="self")] * 2
    with branch.database.work() as work:
        plain, stepped_up = authorise_security(work, [Credentials(session.token), asked])
        assert isinstance(plain, Caller)
        assert isinstance(stepped_up, Caller)
        assert unfreeze_own(work, caller=plain) == StepUpRequired()
        assert unfreeze_own(work, caller=stepped_up) is None
    assert _asked(branch, asked) == [Caller, Caller]


def test_a_freeze_by_staff_ends_sessions_and_is_not_the_customers_to_lift(
    branch: Branch,
) -> None:
    session = branch.session()
    grant = branch.granted(session)
    number = session.customer_no
    with branch.database.work(actor="staff:li") as work:
        frozen, unknown = freeze_by_staff(work, [number, 999], shards=2, reason="court_order")
    assert isinstance(frozen, Customer)
    assert (frozen.staff_freeze_reason, unknown) == ("court_order", CustomerUnknown())
    assert _asked(branch, Credentials(session.token, grant.token))[0] == SessionInvalid()

    with branch.database.work() as work:
        (again,) = open_sessions(work, branch.desk, [SessionRequest(number, session.customer_id)])
        (caller,) = authorise_security(work, [Credentials(again.token)])
        assert isinstance(caller, Caller)
        assert unfreeze_own(work, caller=replace(caller, stepped_up=True)) == (
            CustomerFrozen(by="staff")
        )
    assert _asked(branch, Credentials(again.token))[0] == CustomerFrozen(by="staff")
    with branch.database.work() as work:
        unfreeze_by_staff(work, [number], shards=2)
    assert _asked(branch, Credentials(again.token))[0] is Caller


def test_a_grant_for_one_order_is_good_once_also_within_a_batch(branch: Branch) -> None:
    session = branch.session()
    caller = branch.caller(session.token)
    order = b"o" * 32
    with branch.database.work() as work:
        grant = give_grant(work, caller=caller, proof="passkey", order_fingerprint=order)
    asked = Credentials(session.token, grant.token, order_fingerprint=order)

    with branch.database.work() as work:
        first, second = authorise_money(work, [asked, asked])
    with branch.database.work() as work:
        (late,) = authorise_money(work, [asked])

    assert isinstance(first, Caller)
    assert first.scopes == {"money"}
    assert isinstance(second, StepUpRequired)
    assert isinstance(late, StepUpRequired)


def test_an_order_that_is_rolled_back_leaves_its_grant(branch: Branch) -> None:
    session = branch.session()
    caller = branch.caller(session.token)
    order = b"o" * 32
    with branch.database.work() as work:
        grant = give_grant(work, caller=caller, proof="passkey", order_fingerprint=order)
    asked = Credentials(session.token, grant.token, order_fingerprint=order)

    def breaks(work: Work) -> None:
        assert isinstance(authorise_money(work, [asked])[0], Caller)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        branch.database.run(breaks)
    with branch.database.work() as work:
        (again,) = authorise_money(work, [asked])

    assert isinstance(again, Caller)
