"""A small installation for the tests of customers, with the steps that most begin with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from huoqi.customers.applications import OpenedApplication
from huoqi.customers.desk import Desk
from huoqi.customers.messages.simulated import CODE
from huoqi.customers.operations import (
    Caller,
    Credentials,
    OpenedSession,
    Registration,
    Submission,
    authorise,
    identify,
    prove_phone,
    send_code,
    set_payment_password,
    step_up,
)
from huoqi.customers.people import Grant
from huoqi.customers.rules.national_id import check_character
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
PASSWORD = "274918"


def id_number(*, birth: str = "19900307", sequence: str = "001") -> str:
    """Return a number that passes every check, with the sequence digits wanted."""
    first = f"110105{birth}{sequence}"
    return first + check_character(first)


@dataclass
class Branch:
    """The parts of a small installation, with the steps that most tests begin with."""

    database: Database
    clock: ManualClock
    desk: Desk

    def later(self, by: timedelta) -> None:
        """Move the business clock."""
        self.clock.at += by

    def applied(self, phone: str) -> OpenedApplication:
        """Return the application of a phone that was just proven."""
        with self.database.work() as work:
            send_code(work, self.desk, phone=phone, purpose="register")
            opened = prove_phone(work, self.desk, phone=phone, code=CODE)
        assert isinstance(opened, OpenedApplication), opened
        return opened

    def registered(
        self, *, phone: str = "13800138000", name: str = "王小明", number: str | None = None
    ) -> Registration:
        """Return what came of a whole registration."""
        token = self.applied(phone).token
        submission = Submission(token, name, number or id_number(), device="Phone 3")
        return identify(self.database, self.desk, submission)

    def session(self, **person: str) -> OpenedSession:
        """Return the session of a new customer."""
        session = self.registered(**person).session
        assert session is not None
        return session

    def caller(self, token: str, grant: str | None = None) -> Caller:
        """Return who a token belongs to."""
        with self.database.work() as work:
            (caller,) = authorise(work, [Credentials(token, grant)])
        assert isinstance(caller, Caller), caller
        return caller

    def granted(self, session: OpenedSession) -> Grant:
        """Return a step-up grant, with the payment password set."""
        caller = self.caller(session.token)
        with self.database.work() as work:
            assert set_payment_password(work, self.desk, caller=caller, digits=PASSWORD) is None
            grant = step_up(work, self.desk, caller=caller, digits=PASSWORD)
        assert isinstance(grant, Grant), grant
        return grant
