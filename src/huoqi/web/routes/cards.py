"""Banks and cards: what each bank allows, and the customer's debit cards."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from huoqi.close.operations.pump import pump_of
from huoqi.customers.operations import Caller, reveal_identities
from huoqi.fund.orders import Side as OrderSide
from huoqi.fund.queries import orders_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.cards import BindRequest, Card, CardState, CodeEntry
from huoqi.payments.operations import set_default_cards, unbind_cards
from huoqi.payments.operations.binding import CardInUse
from huoqi.payments.queries import (
    BankName,
    bank_names,
    card_ranges,
    cards_of_customer,
    limit_left,
    profiles_on,
)
from huoqi.payments.rules.bank_profiles import BankProfile, Direction
from huoqi.payments.rules.cards import Bin
from huoqi.web.doors import Customer, Public, SteppedUp, granted, only
from huoqi.web.errors import ObjectNotFound, Told
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Day, Money, Page, Shape, money, page, shown_at

router = APIRouter(prefix="/v1", tags=["Banks and cards"], route_class=StrictRoute)

Side = Literal["collect", "payout"]


class BankLimits(Shape):
    """What a bank allows in one direction on a date; limits are per card."""

    direction: Side
    single_limit: Money
    day_limit: Money
    day_count: int
    maintenance_from: str | None = Field(description="Shanghai time; the window may pass midnight.")
    maintenance_until: str | None
    cut_off: str
    fee: Money
    effective_from: date
    effective_until: date
    status: str


class CardRange(Shape):
    """Card numbers that a bank issues: the digits they begin with, how many they are, the kind."""

    prefix: str = Field(examples=["622202"])
    length: int
    kind: str = Field(description="debit, credit, semi_credit or prepaid; only debit is bound.")


class BankView(Shape):
    """A bank that we work with."""

    bank: str = Field(examples=["ICBC"])
    name_zh: str
    name_en: str
    source: str
    limits: list[BankLimits]
    ranges: list[CardRange] = Field(description="So that a page can name the bank of a number.")


class CardView(Shape):
    """A debit card; of its number only the last four digits are shown."""

    id: UUID
    bank: str
    last_four: str
    state: str = Field(description="checking, sms_sent, unknown, bound, rejected or unbound.")
    is_default: bool
    blocked: bool
    reason: str | None
    requested_at: str
    bound_at: str | None
    ended_at: str | None


class CardAnswer(Answer):
    """A card as it stands."""

    card: CardView


class BindBody(Shape):
    """The card's number and the mobile that the bank knows; name and ID are the account's own."""

    number: Annotated[
        str,
        StringConstraints(min_length=1, max_length=40),
        Field(examples=["6222020000000180000"]),
    ]
    mobile: Annotated[
        str, StringConstraints(min_length=1, max_length=32), Field(examples=["13800138000"])
    ]


class CardCodeBody(Shape):
    """The code that the bank sent by text message."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=12), Field(examples=["123456"])]


class LimitAnswer(Answer):
    """What a card may still move today in one direction."""

    direction: Side
    left: Money = Field(description="The largest amount that one more order may have.")
    single_limit: Money
    day_limit: Money
    day_used: Money
    day_count: int
    day_used_count: int
    resets_at: str
    sends_at: str = Field(description="When an order placed now goes to the bank.")


@router.get("/banks", operation_id="banks_list")
def banks_list(door: Public, on: Annotated[Day | None, Query()] = None) -> Page[BankView]:
    """List the banks with the limits and maintenance hours in force on a date, today by default."""

    def found(work: Work) -> Page[BankView]:
        day = on or shanghai_date(work.at)
        profiles, bins = profiles_on(work, on=day), card_ranges(work, on=day)
        views = [_bank(bank, profiles, bins) for bank in bank_names(work)]
        return page(views, next_cursor=None, at=work.at)

    return door.ask(found)


@router.get("/cards", operation_id="cards_list")
def cards_list(door: Customer) -> Page[CardView]:
    """List the customer's cards, oldest first."""
    return door.ask(
        lambda work, caller: page(
            [_card(card) for card in _cards(work, caller)], next_cursor=None, at=work.at
        )
    )


@router.post(
    "/cards",
    operation_id="cards_bind",
    status_code=201,
    responses={202: {"model": CardAnswer, "description": "The bank asks for a code or is silent."}},
)
def cards_bind(door: Customer, response: Response, body: BindBody) -> CardAnswer:
    """Bind a debit card by its four elements; a bank may ask for a code by text message."""

    def request_of(work: Work, caller: Caller) -> BindRequest:
        (revealed,) = reveal_identities(
            work, door.machine.desk, [caller.customer_no], purpose="card.binding"
        )
        identity = granted(revealed)
        return BindRequest(
            shard=caller.shard,
            card_id=work.new_id(),
            customer_no=caller.customer_no,
            number=body.number,
            name=identity.name,
            national_id=identity.national_id,
            mobile=body.mobile,
        )

    request = door.act(request_of)
    platform = door.machine.platform
    card = granted(only(pump_of(platform).bind([request], vault=platform.vault)))
    return _told(door, response, card)


@router.post(
    "/cards/{card_id}/code",
    operation_id="cards_confirm",
    responses={202: {"model": CardAnswer, "description": "The bank has not answered yet."}},
)
def cards_confirm(
    door: Customer, response: Response, card_id: UUID, body: CardCodeBody
) -> CardAnswer:
    """Enter the code that the bank sent; three wrong ones end the binding."""

    def entry_of(work: Work, caller: Caller) -> CodeEntry:
        card = _own_card(work, caller, card_id=card_id)
        return CodeEntry(card.shard, card.card_id, card.customer_no, body.code)

    entry = door.act(entry_of)
    card = granted(only(pump_of(door.machine.platform).enter_codes([entry])))
    return _told(door, response, card)


@router.post("/cards/{card_id}/default", operation_id="cards_make_default")
def cards_make_default(door: Customer, card_id: UUID) -> CardAnswer:
    """Make a card the default one for payouts."""

    def made(work: Work, caller: Caller) -> CardAnswer | DomainError:
        wanted = [((caller.shard, card_id), caller.customer_no)]
        return _answered(only(set_default_cards(work, wanted)), work)

    return door.act(made)


@router.delete("/cards/{card_id}", operation_id="cards_unbind")
def cards_unbind(door: SteppedUp, card_id: UUID) -> CardAnswer:
    """Unbind a card, after a step-up; an order in flight on it is named and comes first."""

    def unbound(work: Work, caller: Caller) -> CardAnswer | DomainError:
        order_id = _order_on(work, caller, card_id=card_id)
        if order_id is not None:
            return CardInUse(order_id=str(order_id))
        wanted = [((caller.shard, card_id), caller.customer_no)]
        return _answered(only(unbind_cards(work, wanted)), work)

    return door.act_stepped_up(unbound)


def _order_on(work: Work, caller: Caller, *, card_id: UUID) -> UUID | None:
    """Return a fund order whose money is still to come from or go to a card."""
    orders = orders_of(work, shard=caller.shard, customer_no=caller.customer_no)
    needs_card = (
        order.order_id
        for order in orders
        if order.card_id == card_id
        and order.is_open
        and (order.side is OrderSide.REDEMPTION or order.paid_at is None)
    )
    return next(needs_card, None)


@router.get("/cards/{card_id}/limits", operation_id="cards_limits")
def cards_limits(door: Customer, card_id: UUID, direction: Side = "collect") -> LimitAnswer:
    """Show what a card may still move today."""

    def left(work: Work, caller: Caller) -> LimitAnswer:
        card = _own_card(work, caller, card_id=card_id)
        found = limit_left(work, card, direction=Direction(direction.upper()))
        if found is None:
            raise ObjectNotFound
        return LimitAnswer(
            direction=direction,
            left=money(found.left_fen),
            single_limit=money(found.single_limit_fen),
            day_limit=money(found.day_limit_fen),
            day_used=money(found.day_used_fen),
            day_count=found.day_count,
            day_used_count=found.day_used_count,
            resets_at=shown_at(found.resets_at),
            sends_at=shown_at(found.sends_at),
            business_time=shown_at(work.at),
        )

    return door.ask(left)


def _told(door: Customer, response: Response, card: Card) -> CardAnswer:
    if card.state is CardState.REJECTED:
        raise Told(card.reason or "card.refused", card_id=str(card.card_id))
    if card.state is not CardState.BOUND:
        response.status_code = 202
    door.machine.wake_jobs()
    return door.ask(lambda work, _: CardAnswer(card=_card(card), business_time=shown_at(work.at)))


def _answered(result: Card | DomainError, work: Work) -> CardAnswer | DomainError:
    if isinstance(result, DomainError):
        return result
    return CardAnswer(card=_card(result), business_time=shown_at(work.at))


def _cards(work: Work, caller: Caller) -> list[Card]:
    return cards_of_customer(work, shard=caller.shard, customer_no=caller.customer_no)


def _own_card(work: Work, caller: Caller, *, card_id: UUID) -> Card:
    for card in _cards(work, caller):
        if card.card_id == card_id:
            return card
    raise ObjectNotFound


def _card(card: Card) -> CardView:
    return CardView(
        id=card.card_id,
        bank=card.bank,
        last_four=card.last_four,
        state=card.state.value.lower(),
        is_default=card.is_default,
        blocked=card.blocked,
        reason=card.reason or None,
        requested_at=shown_at(card.requested_at),
        bound_at=shown_at(card.bound_at) if card.bound_at else None,
        ended_at=shown_at(card.ended_at) if card.ended_at else None,
    )


def _bank(bank: BankName, profiles: list[BankProfile], bins: list[Bin]) -> BankView:
    return BankView(
        bank=bank.code,
        name_zh=bank.name_zh,
        name_en=bank.name_en,
        source=bank.source,
        limits=[_limits(profile) for profile in profiles if profile.bank == bank.code],
        ranges=[
            CardRange(prefix=each.prefix, length=each.length, kind=each.kind.name.lower())
            for each in bins
            if each.bank == bank.code
        ],
    )


def _limits(profile: BankProfile) -> BankLimits:
    window = profile.maintenance
    return BankLimits(
        direction="collect" if profile.direction is Direction.COLLECT else "payout",
        single_limit=money(profile.single_limit_fen),
        day_limit=money(profile.card_day_limit_fen),
        day_count=profile.card_day_count,
        maintenance_from=window.opens.isoformat("minutes") if window else None,
        maintenance_until=window.closes.isoformat("minutes") if window else None,
        cut_off=profile.cut_off.isoformat("minutes"),
        fee=money(profile.fee_fen),
        effective_from=profile.effective_from,
        effective_until=profile.effective_until,
        status=profile.status,
    )
