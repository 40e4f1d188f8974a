"""Registration against the database: the magic numbers, the age, the authority's bad hours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huoqi.customers.authorities.port import Answer
from huoqi.customers.messages.simulated import CODE, SimulatedMessages
from huoqi.customers.operations import (
    AlreadyRegistered,
    ApplicationInvalid,
    IdentityNotFound,
    PhoneInUse,
    Registration,
    Submission,
    TooManyTries,
    abandon_applications,
    identify,
    prove_phone,
    resolve_review,
    retry_applications,
    reveal_identities,
    send_code,
    submit_identity,
)
from huoqi.customers.operations.codes import CodeSent
from huoqi.customers.people import Identity
from huoqi.customers.queries import (
    application_of,
    applications_in_review,
    customer_of_id,
    next_retry_at,
)
from huoqi.customers.rules.age import UnderAge
from huoqi.customers.rules.applications import AuthorityDown
from huoqi.customers.rules.message_codes import CodeExpired, CodeTooSoon, CodeWrong
from huoqi.customers.rules.national_id import IdChecksum
from huoqi.events.queries import events_after
from huoqi.ledger.operations import AccountUnknown, freeze_accounts
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.vault.operations import KeyMissing
from tests.customers.branch import AT, Branch, id_number

PHONE = "13800138000"


def test_an_adult_becomes_a_customer_with_a_session_and_a_cash_account(branch: Branch) -> None:
    registration = branch.registered()

    assert registration.state == "accepted"
    assert registration.session is not None
    customer = registration.customer
    assert customer is not None
    assert customer.customer_no >= 100
    assert customer.customer_no % 2 == customer.shard
    assert branch.caller(registration.session.token).customer_no == customer.customer_no
    with branch.database.work() as work:
        found = customer_of_id(work, customer.customer_id)
        assert found is not None
        assert (found.state, found.simulated, found.registered_at) == ("active", False, AT)
        cash = customer_cash_account(shard=customer.shard, customer_no=customer.customer_no)
        assert freeze_accounts(work, [cash]) != [AccountUnknown()]
        told = [event.type for event in events_after(work, seq=0)]
    assert told == [
        "customer.application.submitted",
        "customer.account.registered",
        "customer.session.opened",
    ]


def test_private_fields_are_revealed_for_a_purpose_that_is_told(branch: Branch) -> None:
    customer_no = branch.session(name="Jane O'Neil").customer_no

    with branch.database.work(actor="system") as work:
        (identity, missing) = reveal_identities(
            work, branch.desk, [customer_no, 999], purpose="card.binding"
        )

    assert identity == Identity(customer_no, "Jane O'Neil", id_number(), PHONE)
    assert "Jane" not in repr(identity)
    assert missing == KeyMissing(customer_no=999)
    with branch.database.work() as work:
        (event,) = events_after(work, seq=0, types=["customer.identity.read"])
        assert event.data == {"purpose": "card.binding", "actor": "system"}


def test_one_person_has_one_account(branch: Branch) -> None:
    branch.registered()

    with pytest.raises(AlreadyRegistered) as refused:
        branch.registered(phone="13900139000")
    assert refused.value.params == {}


def test_a_number_serves_one_account(branch: Branch) -> None:
    branch.registered()

    with branch.database.work() as work:
        send_code(work, branch.desk, phone=PHONE, purpose="register")
        assert prove_phone(work, branch.desk, phone=PHONE, code=CODE) == PhoneInUse()


def test_one_who_turns_18_tomorrow_is_told_the_date_and_accepted_then(branch: Branch) -> None:
    token = branch.applied(PHONE).token
    submission = Submission(token, "李雷", "110105199705120170")

    with pytest.raises(UnderAge) as refused:
        identify(branch.database, branch.desk, submission)
    assert refused.value.params == {"adult_from": "2015-05-12"}

    branch.later(timedelta(hours=15))  # midnight in Shanghai
    assert identify(branch.database, branch.desk, submission).state == "accepted"


def test_a_typing_slip_may_be_corrected(branch: Branch) -> None:
    token = branch.applied(PHONE).token

    with pytest.raises(IdChecksum):
        identify(branch.database, branch.desk, Submission(token, "王小明", "110105194912310021"))
    with pytest.raises(IdentityNotFound):
        identify(
            branch.database, branch.desk, Submission(token, "王小明", id_number(sequence="404"))
        )

    fixed = Submission(token, "王小明", id_number())
    assert identify(branch.database, branch.desk, fixed).state == "accepted"
    with pytest.raises(ApplicationInvalid):
        identify(branch.database, branch.desk, fixed)


def test_five_people_may_be_tried_with_one_phone(branch: Branch) -> None:
    token = branch.applied(PHONE).token
    known = Submission(token, "王小明", id_number(sequence="409"))

    for _ in range(5):
        with pytest.raises(AlreadyRegistered):
            identify(branch.database, branch.desk, known)
    with pytest.raises(TooManyTries):
        identify(branch.database, branch.desk, known)


def test_an_application_outlives_the_authoritys_bad_hours(branch: Branch) -> None:
    token = branch.applied(PHONE).token
    submission = Submission(token, "王小明", id_number(sequence="500"))

    with pytest.raises(AuthorityDown) as refused:
        identify(branch.database, branch.desk, submission)
    assert refused.value.params["retry_after_s"] == 60

    asked = 0
    while True:
        with branch.database.work() as work:
            due_at = next_retry_at(work)
        if due_at is None:
            break
        branch.clock.at = due_at
        (result,) = retry_applications(branch.database, branch.desk)
        asked += 1
    assert isinstance(result, Registration)
    assert result.state == "accepted"
    assert (asked, branch.clock.at) == (5, AT + timedelta(minutes=1 + 5 + 15 + 60 + 240))
    with branch.database.work() as work:
        application = application_of(work, token)
        assert application is not None
        assert result.customer is not None
        assert application.customer_no == result.customer.customer_no
        assert application_of(work, "a0.unknown") is None


def test_a_question_that_was_lost_in_a_crash_is_asked_again(branch: Branch) -> None:
    token = branch.applied(PHONE).token
    with branch.database.work() as work:
        submit_identity(work, branch.desk, Submission(token, "王小明", id_number()))

    assert retry_applications(branch.database, branch.desk) == []
    branch.later(timedelta(minutes=1))
    (result,) = retry_applications(branch.database, branch.desk)
    assert isinstance(result, Registration)
    assert result.state == "accepted"


def test_after_two_weeks_without_an_answer_the_application_ends(branch: Branch) -> None:
    class DeadLine:
        def check(self, question: object) -> Answer:  # noqa: ARG002
            return Answer.DOWN

    desk = replace(branch.desk, authority=DeadLine())
    token = branch.applied(PHONE).token
    with pytest.raises(AuthorityDown):
        identify(branch.database, desk, Submission(token, "王小明", id_number()))

    branch.later(timedelta(days=14))

    assert retry_applications(branch.database, desk) == [ApplicationInvalid()]
    with branch.database.work() as work:
        application = application_of(work, token)
        assert application is not None
        assert application.state == "expired"


@pytest.mark.parametrize(
    ("verdict", "state"), [(Answer.MATCH, "accepted"), (Answer.NO_MATCH, "refused")]
)
def test_people_decide_on_a_hit_whose_reason_is_not_told(
    branch: Branch, verdict: Answer, state: str
) -> None:
    token = branch.applied(PHONE).token
    waiting = identify(
        branch.database, branch.desk, Submission(token, "王小明", id_number(sequence="777"))
    )
    assert (waiting.state, waiting.customer) == ("manual_review", None)
    assert waiting.expected_by == AT + timedelta(days=1)

    with branch.database.work() as work:
        (application,) = applications_in_review(work)
        decided = resolve_review(work, branch.desk, application, verdict=verdict)
        again = resolve_review(work, branch.desk, application, verdict=verdict)

    assert isinstance(decided, Registration)
    assert decided.state == state
    assert again == ApplicationInvalid()


def test_a_code_is_used_once_and_tried_five_times(branch: Branch) -> None:
    def tried(code: str) -> object:
        with branch.database.work() as work:
            return prove_phone(work, branch.desk, phone=PHONE, code=code)

    assert tried(CODE) == CodeExpired()
    with branch.database.work() as work:
        sent = send_code(work, branch.desk, phone=f"+86 {PHONE}", purpose="register")
        assert isinstance(branch.desk.messages, SimulatedMessages)
        assert branch.desk.messages.last_code(work, phone=PHONE) == CODE
    assert isinstance(sent, CodeSent)
    assert sent.phone_masked == "138****8000"

    assert [tried("000000") for _ in range(5)] == [CodeWrong(tries_left=n) for n in (4, 3, 2, 1, 0)]
    assert tried(CODE) == CodeExpired()


def test_the_sixth_code_in_ten_minutes_is_refused(branch: Branch) -> None:
    with branch.database.work() as work:
        sent = [send_code(work, branch.desk, phone=PHONE, purpose="sign_in") for _ in range(6)]

    assert [type(result) for result in sent] == [CodeSent] * 5 + [CodeTooSoon]


def test_a_token_of_another_kind_opens_nothing(branch: Branch) -> None:
    token = branch.session().token

    with pytest.raises(ApplicationInvalid):
        identify(branch.database, branch.desk, Submission(token, "王小明", id_number()))
    with branch.database.work() as work:
        assert application_of(work, token) is None
        assert abandon_applications(work) == 0
