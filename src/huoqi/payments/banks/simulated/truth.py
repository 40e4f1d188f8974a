"""What the simulated banks remember, in tables of their own that the platform never reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.payments.banks.port import Callback, CardAnswer, CardCheck, CheckAnswer
from huoqi.payments.banks.simulated.deeds import LOCK_AFTER, LOCKED_FOR, Deed
from huoqi.payments.rules.replies import Reply, ReplyKind

ADD_CARDS = """
    INSERT INTO simulated.bank_card (request_id, bank, last_four, answer, code, debit_confirmed)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])
    ON CONFLICT DO NOTHING
"""
CARDS = """
    SELECT request_id, last_four, answer, code, debit_confirmed, wrong_codes, locked_until
    FROM simulated.bank_card WHERE request_id = ANY(%s)
"""
SAVE_CARD = """
    UPDATE simulated.bank_card SET answer = %s, debit_confirmed = %s, wrong_codes = %s,
        locked_until = %s
    WHERE request_id = %s
"""
ADD_DEEDS = """
    INSERT INTO simulated.bank_instruction (bank_ref, bank, direction, amount_fen, received_at,
        code, times, executed_at, early_code, returns_on, listed)
    SELECT d.bank_ref, d.bank, d.direction, d.amount_fen, %(at)s, d.code, d.times, d.executed_at,
        d.early_code, d.returns_on, d.listed
    FROM unnest(%(refs)s::text[], %(banks)s::text[], %(ways)s::text[], %(amounts)s::bigint[],
        %(codes)s::text[], %(times)s::smallint[], %(executeds)s::timestamptz[],
        %(earlies)s::text[], %(returns)s::date[], %(listed)s::smallint[])
        AS d (bank_ref, bank, direction, amount_fen, code, times, executed_at, early_code,
            returns_on, listed)
    ON CONFLICT DO NOTHING RETURNING bank_ref
"""
DEEDS = """
    SELECT bank_ref, amount_fen, code, times, executed_at, early_code
    FROM simulated.bank_instruction WHERE bank_ref = ANY(%s)
"""
ADD_CALLS = """
    INSERT INTO simulated.bank_callback (callback_id, bank_ref, code, amount_fen, due_at, copies)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[],
        %s::smallint[])
    ON CONFLICT DO NOTHING
"""
CALLS = """
    SELECT c.callback_id, i.bank, c.bank_ref, c.code, c.amount_fen, c.copies
    FROM simulated.bank_callback c JOIN simulated.bank_instruction i USING (bank_ref)
    WHERE NOT c.acknowledged AND c.due_at <= %s
    ORDER BY c.due_at, c.callback_id LIMIT %s
"""
ACKNOWLEDGE = "UPDATE simulated.bank_callback SET acknowledged = true WHERE callback_id = ANY(%s)"
NEXT_CALL = "SELECT min(due_at) FROM simulated.bank_callback WHERE NOT acknowledged"
FAULTS = """
    SELECT fault_id, fault, target, remaining, params FROM simulated.fault
    WHERE active_from <= %(at)s AND (active_until IS NULL OR %(at)s < active_until)
        AND (remaining IS NULL OR remaining > 0)
    ORDER BY active_from, fault_id FOR UPDATE
"""
USE_FAULT = "UPDATE simulated.fault SET remaining = %s WHERE fault_id = %s"
MOVED = """
    SELECT bank_ref, bank, direction, amount_fen, times, executed_at, returns_on
    FROM simulated.bank_instruction WHERE times > 0 AND executed_at <= %s
"""

_SATURDAY = 5


@dataclass(slots=True)
class KnownCard:
    """A card that was presented to its issuer."""

    request_id: UUID
    last_four: str
    answer: str
    code: str
    debit_confirmed: bool
    wrong_codes: int
    locked_until: datetime | None

    def says(self) -> CardAnswer:
        """Return what the issuer says when it is asked again."""
        return CardAnswer(CheckAnswer(self.answer), code=self.code)

    def fail_code(self, at: datetime) -> None:
        """Count a wrong code; the third locks the card for ten minutes."""
        self.wrong_codes += 1
        if self.wrong_codes >= LOCK_AFTER:
            self.wrong_codes, self.locked_until = 0, at + LOCKED_FOR


@dataclass(frozen=True, slots=True)
class KnownDeed:
    """What a bank did about a reference."""

    bank_ref: str
    amount_fen: int
    code: str
    times: int
    executed_at: datetime | None
    early_code: str

    def says(self, at: datetime) -> Reply:
        """Return what the bank says of the reference at an instant."""
        early = self.executed_at is not None and at < self.executed_at
        code = self.early_code if early else self.code
        if code == "25":
            return Reply(ReplyKind.NOT_FOUND)
        return Reply(ReplyKind.CODE, code=code, amount_fen=self.amount_fen)

    def says_again(self, at: datetime) -> Reply:
        """Return what the bank says when a reference that it has is sent once more."""
        said = self.says(at)
        if said.kind is ReplyKind.NOT_FOUND:  # it lies on its way inside the bank
            return Reply(ReplyKind.CODE, code="09", amount_fen=self.amount_fen)
        return said


@dataclass(slots=True)
class Fault:
    """A fault that someone armed, and how many calls it still strikes."""

    fault_id: UUID
    fault: str
    target: str
    remaining: int | None
    params: dict[str, object]
    used: bool = False

    def delay(self, default: timedelta) -> timedelta:
        """Return the delay that was set, or the fault's own."""
        seconds = self.params.get("delay_s")
        return timedelta(seconds=seconds) if isinstance(seconds, int) else default

    def number(self, name: str, default: int) -> int:
        """Return a number that was set, or the fault's own."""
        found = self.params.get(name)
        return found if isinstance(found, int) else default


class Faults:
    """The faults in force at one moment."""

    def __init__(self, found: list[Fault]) -> None:
        self._found = found

    @classmethod
    def active(cls, work: Work) -> "Faults":
        """Return the faults in force at the work's instant, locked."""
        return cls([Fault(*row) for row in work.rows(FAULTS, {"at": work.at})])

    def striking(self, names: Sequence[str], *, bank: str) -> Fault | None:
        """Return the first armed fault of these that strikes a call to a bank, and count it."""
        for fault in self._found:
            spent = fault.remaining is not None and fault.remaining <= 0
            if fault.fault in names and fault.target in ("", bank) and not spent:
                fault.used = True
                if fault.remaining is not None:
                    fault.remaining -= 1
                return fault
        return None

    def save(self, work: Work) -> None:
        """Write how many calls are left to the counted faults that struck."""
        for fault in self._found:
            if fault.used and fault.remaining is not None:
                work.run(USE_FAULT, (fault.remaining, fault.fault_id))


def add_cards(work: Work, presented: Sequence[tuple[CardCheck, CardAnswer]]) -> None:
    """Remember cards that were presented and what was said; a repeated request changes nothing."""
    if presented:
        work.run(
            ADD_CARDS,
            (
                [check.request_id for check, _ in presented],
                [check.bank for check, _ in presented],
                [check.number[-4:] for check, _ in presented],
                [str(says.answer) for _, says in presented],
                [says.code for _, says in presented],
                [says.answer is not CheckAnswer.CODE_SENT for _, says in presented],
            ),
        )


def cards(work: Work, request_ids: Sequence[UUID]) -> dict[UUID, KnownCard]:
    """Return the cards of some requests."""
    rows = work.rows(CARDS, (list(request_ids),))
    return {row[0]: KnownCard(*row) for row in rows}


def save_card(work: Work, card: KnownCard) -> None:
    """Write what a code entry changed."""
    work.run(
        SAVE_CARD,
        (card.answer, card.debit_confirmed, card.wrong_codes, card.locked_until, card.request_id),
    )


def add_deeds(work: Work, deeds: Sequence[Deed]) -> None:
    """Remember deeds and the calls to come; a known reference keeps its first deed."""
    if not deeds:
        return
    rows = work.rows(
        ADD_DEEDS,
        {
            "at": work.at,
            "refs": [d.instruction.bank_ref for d in deeds],
            "banks": [d.instruction.bank for d in deeds],
            "ways": [str(d.instruction.direction) for d in deeds],
            "amounts": [d.instruction.amount_fen for d in deeds],
            "codes": [d.code for d in deeds],
            "times": [d.times for d in deeds],
            "executeds": [d.executed_at for d in deeds],
            "earlies": [d.early_code for d in deeds],
            "returns": [returns_on(d) for d in deeds],
            "listed": [d.listed for d in deeds],
        },
    )
    fresh = {row[0] for row in rows}
    calls = [
        (
            f"{d.instruction.bank_ref}-{n}",
            d.instruction.bank_ref,
            call.code,
            call.amount_fen,
            work.at + call.after,
            call.copies,
        )
        for d in deeds
        if d.instruction.bank_ref in fresh
        for n, call in enumerate(d.calls)
    ]
    if calls:
        work.run(ADD_CALLS, [list(column) for column in zip(*calls, strict=True)])


def deeds(work: Work, refs: Sequence[str]) -> dict[str, KnownDeed]:
    """Return what the banks did about some references."""
    return {row[0]: KnownDeed(*row) for row in work.rows(DEEDS, (list(refs),))}


def calls_due(work: Work, *, limit: int) -> list[Callback]:
    """Return callbacks whose time has come, each as often as the bank repeats it."""
    return [
        Callback(
            callback_id=row[0],
            bank=row[1],
            bank_ref=row[2],
            reply=Reply(ReplyKind.CODE, code=row[3], amount_fen=row[4]),
        )
        for row in work.rows(CALLS, (work.at, limit))
        for _ in range(row[5])
    ]


def acknowledge(work: Work, callback_ids: Sequence[str]) -> None:
    """Mark callbacks as received."""
    work.run(ACKNOWLEDGE, (list(callback_ids),))


def next_call_at(work: Work) -> datetime | None:
    """Return when the next callback comes."""
    row = work.row(NEXT_CALL)
    found: datetime | None = row[0] if row else None
    return found


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that a bank moved: what a statement will show."""

    bank_ref: str
    bank: str
    direction: str
    amount_fen: int
    times: int
    executed_at: datetime
    returns_on: date | None


def movements(work: Work) -> list[Movement]:
    """Return all money that the banks have moved until now, for tests and for statements."""
    return [Movement(*row) for row in work.rows(MOVED, (work.at,))]


def returns_on(deed: Deed) -> date | None:
    """Return the day on which the money comes back: the next that is no Saturday or Sunday."""
    if not deed.returns_next_day or deed.executed_at is None:
        return None
    on = shanghai_date(deed.executed_at) + timedelta(days=1)
    return on + timedelta(days=max(0, 7 - on.weekday()) if on.weekday() >= _SATURDAY else 0)
