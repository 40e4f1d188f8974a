"""The banks' part of the chaos day: who buys with which card, what goes wrong, what was found.

Each bank that is to err has payments of its own. What befalls a payment is read from its evidence;
what befalls a statement stands among the breaks of that bank's day, with what to do about it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from huoqi.close.breaks import BreakFilter, QueuedBreak, breaks_queued, suggested
from huoqi.close.rules.breaks import Suggestion, class_of
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import EvidenceLine, evidence_of, orders_of_customer
from huoqi.payments.rules.reducer import Case, State
from huoqi.sandbox.chaos_list import ORDER, TROUBLES, Trouble
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.people import ISSUERS, Person, card_number, person, serial_digits
from huoqi.sandbox.residents import Resident

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_UNLINKED_FEN = 100_077
#: Bank, amount in fen, last four digits of the card where they mean something.
PAYMENTS: Sequence[tuple[str, int, str]] = (
    ("ICBC", 100_101, ""),
    ("ICBC", 100_102, ""),
    ("ICBC", 100_103, ""),
    ("BOC", 100_104, ""),
    ("BOC", 100_105, ""),
    ("CCB", 100_106, ""),
    ("CCB", 100_107, ""),
    ("CCB", 100_108, ""),
    ("ABC", 100_111, ""),
    ("ABC", 100_112, ""),
    ("CMB", 100_114, ""),
    ("CEB", _UNLINKED_FEN, ""),
    ("PSBC", 100_115, ""),
    ("CITIC", 100_116, ""),
    ("SPDB", 100_118, ""),
    ("CIB", 100_120, ""),
    ("BCOM", 100_121, ""),
    ("CMBC", 100_122, "0012"),
    ("CMBC", 100_124, "0016"),
)
_STATEMENTS = tuple(each for each in TROUBLES if each.fault.startswith("statement_"))
_REPLIES = tuple(each for each in TROUBLES if each.found_at_step == ORDER)
#: A line under a name that is nobody's is some order's where one lacks for as much.
_PARAMS: Mapping[int, Mapping[str, int]] = MappingProxyType({8: {"fen": _UNLINKED_FEN}})
_HIDDEN = ("statement_missing_line", "CEB")


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of the day: by which bank, with which card, and the evidence about it."""

    bank: str
    card: str
    order: MoneyOrder
    evidence: Sequence[EvidenceLine]
    was: State


_What = tuple[str, str, str] | None


def card_holders(first: int) -> list[Person]:
    """Return the people whose banks go wrong, each with a card of such a bank."""
    issuers = {issuer.bank: issuer for issuer in ISSUERS}
    people = []
    for n, (bank, _, ending) in enumerate(PAYMENTS):
        issuer = issuers[bank]
        serial = (first + n) % 10 ** serial_digits(issuer)
        card = card_number(issuer, serial=serial, last_four=ending or f"{7_000 + n}")
        people.append(replace(person(first + n), bank=bank, card=card))
    return people


def arm_banks(work: Work, *, on: date) -> None:
    """Let payments of a day go wrong, and the statements of it."""
    now, night = work.at, shanghai_at(on + _DAY, hour=7)
    requests = [
        _fault(work, each.fault, each.target, at=now, until=now + _HOUR)
        for each in _REPLIES
        if each.target != ORDER
    ]
    for each in _STATEMENTS:
        params = _PARAMS.get(each.no, {})
        requests.append(_fault(work, each.fault, each.target, at=night, params=params))
    requests.append(_fault(work, *_HIDDEN, at=night))
    for request in requests:
        (armed,) = arm_faults(work, [request])
        if isinstance(armed, DomainError):
            raise armed


def _fault(
    work: Work,
    fault: str,
    bank: str,
    *,
    at: datetime,
    until: datetime | None = None,
    params: Mapping[str, int] = MappingProxyType({}),
) -> FaultRequest:
    return FaultRequest(work.new_id(), fault, bank, at=at, until=until, params=params, next_n=1)


def states_of(work: Work, residents: Sequence[Resident]) -> dict[UUID, State]:
    """Return how payments of the day stand now, by their ids."""
    return {order.order_id: order.state for order, _ in _collections(work, residents)}


def paid_by(work: Work, residents: Sequence[Resident], *, was: Mapping[UUID, State]) -> list[Paid]:
    """Return the payments of the day with what was learned about each; PAYMENTS stand last."""
    cards = [""] * (len(residents) - len(PAYMENTS)) + [card for _, _, card in PAYMENTS]
    by_customer = {who.customer_no: card for who, card in zip(residents, cards, strict=True)}
    return [
        Paid(order.bank, by_customer[no], order, evidence_of(work, order.key), was[order.order_id])
        for order, no in _collections(work, residents)
    ]


def _collections(work: Work, residents: Sequence[Resident]) -> list[tuple[MoneyOrder, int]]:
    """Return the first payment of each resident with the customer's number."""
    found = []
    for resident in residents:
        number = resident.customer_no
        orders = orders_of_customer(work, shard=resident.shard, customer_no=number)
        found.append((min(orders, key=lambda order: order.created_at), number))
    return found


def breaks_of_banks(work: Work, *, first_on: date, last_on: date) -> list[tuple[QueuedBreak, str]]:
    """Return the breaks of banks' days with what is to be done about each."""
    found = breaks_queued(work, BreakFilter(first_on=first_on, last_on=last_on), limit=500)
    return [(each, _advice(work, each)) for each in found if each.is_of_bank]


def is_expected(found: QueuedBreak) -> bool:
    """Tell whether a break is one that was asked for: by its bank and kind."""
    return (found.key.fund, found.key.kind) in _ASKED_FOR


def _advice(work: Work, found: QueuedBreak) -> str:
    suggestion, action = suggested(work, found)
    if action is not None:
        return action.value.replace("_", "-")
    return {
        Suggestion.WAIT_FOR_STATEMENT: "wait",
        Suggestion.ASK_BANK_FOR_STATEMENT: "re-pull",
    }.get(suggestion, "none")


def looked_for(
    trouble: Trouble,
    *,
    paid: Sequence[Paid],
    breaks: Sequence[tuple[QueuedBreak, str]],
) -> _What:
    """Return what was found of a trouble of a bank; None where nothing was."""
    if trouble.fault.startswith("card "):
        card = trouble.fault.removeprefix("card ")
        orders = {each.order.bank_ref for each in paid if each.card == card}
        wanted = [(b, a) for b, a in breaks if b.row.detail in orders]
        return _in_queue(trouble, wanted)
    if trouble.found_at_step == ORDER:
        return _LOOKS[trouble.fault]([each for each in paid if each.bank == trouble.target])
    kinds = _KINDS[trouble.fault]
    wanted = [(b, a) for b, a in breaks if b.key.fund == trouble.target and b.key.kind in kinds]
    return _in_queue(trouble, wanted)


_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "statement_missing_line": ("bank_missing",),
    "statement_duplicate_line": ("bank_duplicate",),
    "statement_wrong_amount": ("bank_amount",),
    "statement_unknown_line": ("bank_not_in_ledger",),
    "statement_late": ("statement_late",),
    "statement_wrong_total": ("statement_refused",),
})

_ASKED_FOR = frozenset({
    *((each.target, kind) for each in _STATEMENTS for kind in _KINDS[each.fault]),
    ("CEB", "bank_missing"),
    ("CMBC", "bank_duplicate"),
    ("CMBC", "bank_returned"),
    ("SPDB", "bank_unknown"),  # nobody knows whether it arrived before the line went down
})


def _in_queue(trouble: Trouble, found: Sequence[tuple[QueuedBreak, str]]) -> _What:
    for each, advice in found:
        step = "10" if each.key.kind.startswith("statement_") else "11"
        what = (step, class_of(each.key.kind).value, advice)
        if what == (trouble.found_at_step, trouble.expected_class, trouble.expected_action):
            return what
    if not found:
        return None
    each, advice = found[0]
    return ("11", class_of(each.key.kind).value, advice)


def _is_settled(each: Paid) -> bool:
    return each.order.state is State.SUCCEEDED and Case.CONTRADICTION not in each.order.cases


def _down(paid: Sequence[Paid]) -> _What:
    """A bank that refuses connections has told nothing: its payment waits, and is not lost."""
    waited = [p for p in paid if p.was in (State.RESERVED, State.SENT, State.UNKNOWN)]
    return (ORDER, "channel_down", "wait") if waited else None


def _unknown(paid: Sequence[Paid]) -> _What:
    """The outcome was unknown, and its own reference led to it: by a question or a statement."""
    for each in paid:
        proofs = {line.source for line in each.evidence if line.event in ("E_SUCCESS", "S_BOOKED")}
        was_unknown = any(
            line.event in ("E_TIMEOUT", "E_NOT_FOUND", "E_SOFT_FAIL") for line in each.evidence
        )
        if was_unknown and proofs & {"query", "statement"} and _is_settled(each):
            return (ORDER, "unknown_outcome", "link-to-order")
    return None


def _absorbed(paid: Sequence[Paid]) -> _What:
    """Callbacks came once too often or in another order, and one payment came of it."""
    called = [p for p in paid if any(line.source == "callback" for line in p.evidence)]
    return (ORDER, "absorbed", "none") if any(map(_is_settled, called)) else None


_LOOKS: Mapping[str, Callable[[Sequence[Paid]], _What]] = MappingProxyType({
    "bank_down": _down,
    "reply_lost": _unknown,
    "executed_late": _unknown,
    "callback_duplicated": _absorbed,
    "callback_reordered": _absorbed,
})
