"""Recovery against the database: who is let back in, and what it costs."""

from dataclasses import replace

from huoqi.customers.messages.simulated import CODE
from huoqi.customers.operations import (
    Caller,
    Credentials,
    OpenedSession,
    PasswordRecovery,
    PaymentPasswordMissing,
    PhoneInUse,
    PhoneMove,
    RecoveryNeedsSupport,
    RecoveryNotMatched,
    SessionRequest,
    authorise,
    authorise_money,
    clear_payment_password,
    move_phone,
    open_sessions,
    recover_payment_password,
    send_code,
    sign_in,
    step_up,
)
from huoqi.customers.people import Customer, Grant
from huoqi.customers.queries import customer_of_id
from huoqi.customers.rules.access import CoolDown, SessionInvalid
from huoqi.customers.rules.lockout import PaymentPasswordWrong
from huoqi.customers.rules.message_codes import CodeExpired
from tests.customers.branch import PASSWORD, Branch, id_number

OLD_PHONE, NEW_PHONE = "13800138000", "13600136000"
NEW_PASSWORD = "381047"
MOVE = PhoneMove(NEW_PHONE, CODE, "王小明", id_number(), PASSWORD)


def _sent(branch: Branch, phone: str) -> None:
    with branch.database.work() as work:
        send_code(work, branch.desk, phone=phone, purpose="recover")


def _moved(branch: Branch, move: PhoneMove) -> object:
    _sent(branch, NEW_PHONE)
    with branch.database.work() as work:
        return move_phone(work, branch.desk, move)


def test_a_forgotten_password_is_replaced_with_code_name_and_id(branch: Branch) -> None:
    session = branch.session()
    branch.granted(session)
    caller = branch.caller(session.token)

    def recovered(*, name: str) -> object:
        recovery = PasswordRecovery(CODE, name, id_number(), NEW_PASSWORD)
        with branch.database.work() as work:
            return recover_payment_password(work, branch.desk, caller=caller, recovery=recovery)

    assert recovered(name="王小明") == CodeExpired()
    _sent(branch, OLD_PHONE)
    assert recovered(name="王大明") == RecoveryNotMatched()
    _sent(branch, OLD_PHONE)
    assert recovered(name="王小明") is None

    with branch.database.work() as work:
        assert authorise(work, [Credentials(session.token)]) == [SessionInvalid()]
        request = SessionRequest(session.customer_no, session.customer_id)
        (again,) = open_sessions(work, branch.desk, [request])
    caller = branch.caller(again.token)
    with branch.database.work() as work:
        assert step_up(work, branch.desk, caller=caller, digits=PASSWORD) == (
            PaymentPasswordWrong(tries_left=4)
        )
        grant = step_up(work, branch.desk, caller=caller, digits=NEW_PASSWORD)
        assert isinstance(grant, Grant)
        out, into = authorise_money(
            work,
            [
                Credentials(again.token, grant.token),
                Credentials(again.token, grant.token, moves="in"),
            ],
        )
    assert out == CoolDown(until="2015-05-12T01:00:00+00:00")
    assert isinstance(into, Caller)


def test_an_account_moves_to_a_new_phone_and_the_old_one_is_let_go(branch: Branch) -> None:
    session = branch.session()
    branch.granted(session)

    moved = _moved(branch, MOVE)

    assert isinstance(moved, OpenedSession)
    assert moved.customer_no == session.customer_no
    with branch.database.work() as work:
        assert authorise(work, [Credentials(session.token)]) == [SessionInvalid()]
        customer = customer_of_id(work, session.customer_id)
        assert customer is not None
        assert customer.cool_down_until is not None
        send_code(work, branch.desk, phone=NEW_PHONE, purpose="sign_in")
        signed_in = sign_in(work, branch.desk, phone=NEW_PHONE, code=CODE)
        assert isinstance(signed_in, OpenedSession)
    # The next holder of the old number may register with it.
    other = branch.session(phone=OLD_PHONE, number=id_number(sequence="003"))
    assert other.customer_no != session.customer_no


def test_a_phone_is_not_moved_on_wrong_facts(branch: Branch) -> None:
    branch.granted(branch.session())

    assert _moved(branch, replace(MOVE, name="王大明")) == RecoveryNotMatched()
    assert _moved(branch, replace(MOVE, name="?")) == RecoveryNotMatched()
    assert (
        _moved(branch, replace(MOVE, national_id=id_number(sequence="005"))) == RecoveryNotMatched()
    )
    assert _moved(branch, replace(MOVE, national_id="1")) == RecoveryNotMatched()


def test_a_phone_is_not_moved_without_the_password_or_onto_anothers(branch: Branch) -> None:
    branch.granted(branch.session())
    branch.session(phone="13500135000", number=id_number(sequence="003"))

    assert _moved(branch, replace(MOVE, payment_password="999888")) == PaymentPasswordWrong(
        tries_left=4
    )
    assert _moved(branch, replace(MOVE, payment_password=None)) == RecoveryNeedsSupport()
    _sent(branch, "13500135000")
    assert _moved(branch, replace(MOVE, new_phone="13500135000")) == PhoneInUse()


def test_the_same_phone_again_only_signs_in_anew(branch: Branch) -> None:
    session = branch.session()
    _sent(branch, OLD_PHONE)

    moved = _moved(branch, replace(MOVE, new_phone=OLD_PHONE, payment_password=None))

    assert isinstance(moved, OpenedSession)
    assert moved.customer_no == session.customer_no


def test_support_clears_a_lost_password_and_money_waits(branch: Branch) -> None:
    session = branch.session()
    branch.granted(session)
    with branch.database.work(actor="staff:li") as work:
        customer = customer_of_id(work, session.customer_id)
        assert isinstance(customer, Customer)
        clear_payment_password(work, customer=customer)

    moved = _moved(branch, replace(MOVE, payment_password=None))
    assert isinstance(moved, OpenedSession)
    caller = branch.caller(moved.token)
    with branch.database.work() as work:
        missing = step_up(work, branch.desk, caller=caller, digits=PASSWORD)
    assert missing == PaymentPasswordMissing()
