"""Sessions of staff against the database: roles are the key's, and end with it."""

from uuid import UUID

import pytest

from huoqi.customers.operations import (
    KeyHolder,
    KeyRequest,
    make_key,
    revoke_key,
)
from huoqi.customers.operations.staff_sessions import (
    KeyOfProgram,
    OpenedStaffSession,
    StaffSessionInvalid,
    authorise_staff,
    end_staff_session,
    open_simulated_staff_session,
    open_staff_session,
)
from huoqi.customers.rules.api_keys import KeyInvalid, LiveKey, SandboxOnly
from huoqi.events.queries import events_after
from huoqi.kit.db import Work
from tests.customers.branch import Branch

FINANCE = KeyRequest("li", frozenset({"finance"}))


def opened(work: Work, key: str) -> OpenedStaffSession:
    session = open_staff_session(work, key=key, installation="sandbox")
    assert isinstance(session, OpenedStaffSession), session
    return session


def test_a_session_stands_for_its_key_until_it_is_ended(branch: Branch) -> None:
    with branch.database.work() as work:
        made = make_key(work, FINANCE, installation="sandbox")
        session = opened(work, made.text)
        (holder,) = authorise_staff(work, [session.token])

        assert isinstance(holder, KeyHolder)
        assert (holder.actor, holder.roles) == ("staff:li", frozenset({"finance"}))
        assert session.token not in repr(session)
        end_staff_session(work, token=session.token)
        end_staff_session(work, token=session.token)
        assert authorise_staff(work, [session.token]) == [StaffSessionInvalid()]
    with branch.database.work() as work:
        told = [event.type for event in events_after(work, seq=0)]
    assert told[-2:] == ["customer.staff_session.opened", "customer.staff_session.ended"]


def test_a_revoked_key_ends_its_sessions_at_once(branch: Branch) -> None:
    with branch.database.work() as work:
        made = make_key(work, FINANCE, installation="sandbox")
        session = opened(work, made.text)
        revoke_key(work, key_id=made.key_id)

        assert authorise_staff(work, [session.token]) == [StaffSessionInvalid()]


def test_what_is_no_session_of_staff_opens_nothing(branch: Branch) -> None:
    customer = branch.session().token
    with branch.database.work() as work:
        made = make_key(work, FINANCE, installation="sandbox")
        found = authorise_staff(work, [customer, made.text, "", "w0." + "x" * 43])

    assert found == [StaffSessionInvalid()] * 4


def test_programs_and_other_installations_do_not_sign_in(branch: Branch) -> None:
    program = KeyRequest("nightly", frozenset({"viewer"}), holder="program")
    with branch.database.work() as work:
        nightly = make_key(work, program, installation="sandbox")
        live = make_key(work, FINANCE, installation="live")

        answers = [
            open_staff_session(work, key=key, installation="sandbox")
            for key in (nightly.text, "hq_test_" + "a" * 32)
        ]
        assert answers == [KeyOfProgram(), KeyInvalid()]
        with pytest.raises(LiveKey):
            open_staff_session(work, key=live.text, installation="sandbox")


def test_each_role_of_the_sandbox_is_a_person_of_its_own(branch: Branch) -> None:
    def signed_in(role: str) -> KeyHolder:
        with branch.database.work() as work:
            session = open_simulated_staff_session(
                work,
                role=role,  # type: ignore[arg-type] # the name of a role
                installation="sandbox",
            )
            (holder,) = authorise_staff(work, [session.token])
        assert isinstance(holder, KeyHolder)
        return holder

    maker, checker, again = (signed_in(role) for role in ("operator", "approver", "operator"))

    assert (maker.actor, checker.actor) == ("staff:sandbox-operator", "staff:sandbox-approver")
    assert (maker.key_id, maker.mode) == (again.key_id, "test")
    assert checker.roles == frozenset({"approver"})
    with branch.database.work() as work:
        revoke_key(work, key_id=maker.key_id)
    assert signed_in("operator").key_id not in {maker.key_id, UUID(int=0)}


def test_a_live_platform_has_no_simulated_staff(branch: Branch) -> None:
    with branch.database.work() as work, pytest.raises(SandboxOnly):
        open_simulated_staff_session(work, role="operator", installation="live")
