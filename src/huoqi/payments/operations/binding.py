"""Binding and unbinding cards. The issuer is called between transactions, never inside one."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import banks, cards
from huoqi.payments.banks.port import (
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
)
from huoqi.payments.cards import BindRequest, Card, CardKey, CardState, CodeEntry
from huoqi.payments.operations.telling import tell_cards
from huoqi.payments.rules.binding import (
    ATTEMPTS_A_DAY,
    CHECK_DEADLINE,
    Heard,
    Next,
    after_check,
    after_code,
)
from huoqi.payments.rules.cards import Bin, CardFace, plain_number, read_card
from huoqi.vault.operations import Plain, Vault

Result = Card | DomainError


class CardAlreadyBound(DomainError):
    """The customer has this card already, or its binding is under way."""

    code: ClassVar[str] = "card.already_bound"


class TooManyAttempts(DomainError):
    """No more bindings today for this customer, card or device."""

    code: ClassVar[str] = "card.too_many_attempts"


class CardNotFound(DomainError):
    """The customer has no such card."""

    code: ClassVar[str] = "card.not_found"


class CardInUse(DomainError):
    """An order on the card may still move money; it is named."""

    code: ClassVar[str] = "card.in_use"


class CardNotBindable(DomainError):
    """The card is not in a state in which this can be done."""

    code: ClassVar[str] = "card.wrong_state"


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A card that is being checked, and what to ask its issuer after the commit."""

    card: Card
    check: CardCheck


@dataclass(frozen=True, slots=True)
class _Draft:
    request: BindRequest
    number: str = dataclasses.field(repr=False)
    face: CardFace
    number_key: bytes = dataclasses.field(repr=False)


def bind_cards(
    work: Work, requests: Sequence[BindRequest], *, vault: Vault
) -> list[CheckStarted | Card | DomainError]:
    """Start binding cards and return what to ask the issuers once this is committed.

    A repeated request gives the card as it stands. Errors: CardMalformed, CardChecksum,
    CardBankUnknown, CardWrongLength, CardNotDebit, CardAlreadyBound, TooManyAttempts, and the
    vault's KeyMissing.
    """
    on = shanghai_date(work.at)
    bins = banks.bins_on(work, on=on)
    known = cards.find(work, [request.key for request in requests])
    results: dict[CardKey, CheckStarted | Card | DomainError] = {**known}
    drafts = []
    for request in requests:
        if request.key not in results:
            try:
                drafts.append(_draft(request, bins=bins, vault=vault))
            except DomainError as refusal:
                results[request.key] = refusal
    drafts = _allowed(work, drafts, on=on, results=results)
    _write(work, drafts, vault=vault, results=results)
    return [_owned(results[request.key], request) for request in requests]


def _owned(
    result: CheckStarted | Card | DomainError, request: BindRequest
) -> CheckStarted | Card | DomainError:
    if isinstance(result, Card) and result.customer_no != request.customer_no:
        return CardNotFound()
    return result


def _draft(request: BindRequest, *, bins: list[Bin], vault: Vault) -> _Draft:
    number = plain_number(request.number)
    return _Draft(
        request=request,
        number=number,
        face=read_card(number, bins=bins),
        number_key=vault.pseudonym(purpose="card_number", value=number),
    )


def _allowed(
    work: Work,
    drafts: list[_Draft],
    *,
    on: date,
    results: dict[CardKey, CheckStarted | Card | DomainError],
) -> list[_Draft]:
    """Return the drafts that are new and within the day's attempts; settle the rest."""
    wanted = [
        (d.request.shard, d.request.customer_no, d.number_key, d.request.device_key) for d in drafts
    ]
    allowed = []
    seen: set[tuple[int, bytes]] = set()
    for draft, tried in zip(drafts, cards.attempts(work, wanted, on=on), strict=True):
        key = (draft.request.customer_no, draft.number_key)
        if tried.live_card is not None or key in seen:
            results[draft.request.key] = CardAlreadyBound()
        elif max(tried.by_customer, tried.by_number, tried.by_device) >= ATTEMPTS_A_DAY:
            results[draft.request.key] = TooManyAttempts(limit_count=ATTEMPTS_A_DAY)
        else:
            seen.add(key)
            allowed.append(draft)
    return allowed


def _write(
    work: Work,
    drafts: list[_Draft],
    *,
    vault: Vault,
    results: dict[CardKey, CheckStarted | Card | DomainError],
) -> None:
    secrets = [
        Plain(d.request.customer_no, f"card.{name}/{d.request.card_id}", text)
        for d in drafts
        for name, text in (("number", d.number), ("mobile", d.request.mobile))
    ]
    sealed = vault.seal_many(work, secrets) if secrets else []
    new = []
    for draft, number, mobile in zip(drafts, sealed[::2], sealed[1::2], strict=True):
        if isinstance(number, bytes) and isinstance(mobile, bytes):
            new.append(_new_card(draft, sealed_number=number, sealed_mobile=mobile))
        elif isinstance(number, DomainError):
            results[draft.request.key] = number
    day = shanghai_date(work.at)
    written = cards.insert(work, new, on=day, next_at=work.at + CHECK_DEADLINE)
    stored = cards.find(work, sorted(written))
    for draft in drafts:
        key = draft.request.key
        if key in written:
            results[key] = CheckStarted(card=stored[key], check=_check(draft))
        else:
            results.setdefault(key, CardAlreadyBound())


def _new_card(draft: _Draft, *, sealed_number: bytes, sealed_mobile: bytes) -> cards.NewCard:
    return cards.NewCard(
        shard=draft.request.shard,
        card_id=draft.request.card_id,
        customer_no=draft.request.customer_no,
        bank=draft.face.bank,
        last_four=draft.face.last_four,
        number_key=draft.number_key,
        device_key=draft.request.device_key,
        sealed_number=sealed_number,
        sealed_mobile=sealed_mobile,
    )


def _check(draft: _Draft) -> CardCheck:
    return CardCheck(
        request_id=draft.request.card_id,
        bank=draft.face.bank,
        number=draft.number,
        name=draft.request.name,
        national_id=draft.request.national_id,
        mobile=draft.request.mobile,
    )


def record_card_answers(
    work: Work, keys: Sequence[CardKey], answers: Sequence[CardAnswer]
) -> list[Card]:
    """Take in issuers' answers to checks, or to questions about them; return the cards."""
    found = cards.lock(work, keys)
    changed: dict[CardKey, Card] = {}
    for key, said in zip(keys, answers, strict=True):
        card = changed.get(key, found[key])
        following = after_check(
            _HEARD[said.answer],
            state=card.state,
            code=said.code,
            queries=card.queries,
            at=work.at,
        )
        if following is not None:
            changed[key] = _moved(work, card, following)
    _save(work, changed, before=found)
    return [changed.get(key, found[key]) for key in keys]


def claim_code_entries(work: Work, entries: Sequence[CodeEntry]) -> list[CodeAttempt | DomainError]:
    """Return what to ask the issuers about codes. Errors: CardNotFound, CardNotBindable.

    A bound card may be asked for a code again: some issuers want one before the first debit.
    """
    found = cards.find(work, [entry.key for entry in entries])
    return [_attempt(found.get(entry.key), entry) for entry in entries]


def _attempt(card: Card | None, entry: CodeEntry) -> CodeAttempt | DomainError:
    if card is None or card.customer_no != entry.customer_no:
        return CardNotFound()
    if card.state not in (CardState.SMS_SENT, CardState.BOUND):
        return CardNotBindable(state=str(card.state))
    return CodeAttempt(request_id=card.card_id, bank=card.bank, code=entry.code)


def record_code_answers(
    work: Work, keys: Sequence[CardKey], answers: Sequence[CodeAnswer]
) -> list[Card]:
    """Take in issuers' answers to codes and return the cards: bound, waiting, or rejected."""
    found = cards.lock(work, keys)
    changed: dict[CardKey, Card] = {}
    for key, said in zip(keys, answers, strict=True):
        card = changed.get(key, found[key])
        if card.state is CardState.SMS_SENT and card.next_at is not None:
            following = after_code(
                _CODE_HEARD[said],
                wrong_codes=card.wrong_codes,
                expires_at=card.next_at,
                at=work.at,
            )
            changed[key] = _moved(work, card, following)
    _save(work, changed, before=found)
    return [changed.get(key, found[key]) for key in keys]


def claim_waiting_cards(work: Work, *, limit: int) -> list[Card]:
    """Return cards to ask their issuers about; those whose code ran out are rejected here."""
    claimed = cards.claim_due(work, limit=limit)
    changed: dict[CardKey, Card] = {}
    asked = []
    for card in claimed:
        if card.state is CardState.SMS_SENT:
            expired = Next(
                CardState.REJECTED, reason="card.code_expired", wrong_codes=card.wrong_codes
            )
            changed[card.key] = _moved(work, card, expired)
            continue
        unknown = after_check(
            Heard.NO_REPLY, state=card.state, code="", queries=card.queries, at=work.at
        )
        assert unknown is not None, "only cards that wait have a next_at"
        moved = replace(_moved(work, card, unknown), queries=card.queries + 1)
        changed[card.key] = moved
        asked.append(moved)
    _save(work, changed, before={card.key: card for card in claimed})
    return asked


def unbind_cards(work: Work, wanted: Sequence[tuple[CardKey, int]]) -> list[Result]:
    """Unbind cards, by key and customer. Errors: CardNotFound, CardInUse, CardNotBindable.

    An unbound card answers itself again. The customer's oldest other card becomes the default.
    """
    found = cards.lock(work, sorted({key for key, _ in wanted}))
    busy = cards.in_flight(work, list(found.values()))
    results: list[Result] = []
    changed: dict[CardKey, Card] = {}
    for key, customer_no in wanted:
        card = changed.get(key) or found.get(key)
        if card is None or card.customer_no != customer_no:
            results.append(CardNotFound())
        elif card.state is CardState.UNBOUND:
            results.append(card)
        elif card.state is not CardState.BOUND:
            results.append(CardNotBindable(state=str(card.state)))
        elif key in busy:
            results.append(CardInUse(order_id=str(busy[key])))
        else:
            changed[key] = _moved(work, card, Next(CardState.UNBOUND))
            results.append(changed[key])
    cards.save(work, list(changed.values()))
    tell_cards(work, found, changed.values())
    _choose_defaults(work, list(changed.values()))
    return results


def set_default_cards(work: Work, wanted: Sequence[tuple[CardKey, int]]) -> list[Result]:
    """Make cards their customers' default. Errors: CardNotFound, CardNotBindable."""
    found = cards.lock(work, sorted({key for key, _ in wanted}))
    results: list[Result] = []
    chosen: dict[tuple[int, int], Card] = {}
    for key, customer_no in wanted:
        card = found.get(key)
        if card is None or card.customer_no != customer_no:
            results.append(CardNotFound())
        elif card.state is not CardState.BOUND or card.blocked:
            results.append(CardNotBindable(state=str(card.state)))
        else:
            chosen[card.shard, customer_no] = replace(card, is_default=True)
            results.append(chosen[card.shard, customer_no])
    cards.drop_defaults(work, sorted(chosen))
    cards.save(work, list(chosen.values()))
    return results


def _moved(work: Work, card: Card, following: Next) -> Card:
    ends = following.state in (CardState.REJECTED, CardState.UNBOUND)
    return replace(
        card,
        state=following.state,
        reason=following.reason,
        next_at=following.next_at,
        wrong_codes=following.wrong_codes,
        is_default=card.is_default and following.state is CardState.BOUND,
        bound_at=work.at if following.state is CardState.BOUND else card.bound_at,
        ended_at=work.at if ends else card.ended_at,
    )


def _save(work: Work, changed: dict[CardKey, Card], *, before: dict[CardKey, Card]) -> None:
    """Write cards; the first bound card of a customer becomes the default."""
    bound = [card for card in changed.values() if card.state is CardState.BOUND]
    holders = {(card.shard, card.customer_no) for card in bound}
    having = cards.with_default(work, sorted(holders)) if holders else set()
    for card in bound:
        holder = (card.shard, card.customer_no)
        if holder not in having:
            having.add(holder)
            changed[card.key] = replace(card, is_default=True)
    cards.save(work, list(changed.values()))
    tell_cards(work, before, changed.values())


def _choose_defaults(work: Work, unbound: Sequence[Card]) -> None:
    for shard, customer_no in sorted({(c.shard, c.customer_no) for c in unbound}):
        others = [
            card
            for card in cards.of_customer(work, shard=shard, customer_no=customer_no)
            if card.state is CardState.BOUND and not card.blocked
        ]
        if others and not any(card.is_default for card in others):
            cards.save(work, [replace(others[0], is_default=True)])


_HEARD = {answer: Heard(answer.value) for answer in CheckAnswer}
_CODE_HEARD = {answer: Heard(answer.value) for answer in CodeAnswer}
