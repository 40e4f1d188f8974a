"""The payments pump: claim in a transaction, call the banks outside, record in the next one.

What a bank says and what it means for the fund order are written in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.close.platform import Platform
from huoqi.fund.operations import settle_payments
from huoqi.kit.db import Work
from huoqi.payments import operations as payments
from huoqi.payments.banks.port import Callback, Instruction
from huoqi.payments.cards import Card
from huoqi.payments.orders import OrderOutcome
from huoqi.payments.rules.replies import Reply

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class _Claims:
    sends: list[Instruction]
    queries: list[Instruction]
    cards: list[Card]


def pump_payments(platform: Platform) -> int:
    """Do what is due with the banks now and return how many items were taken up."""
    claims = platform.database.run(_claimed, while_advancing=True)
    if claims.sends:
        replies = platform.banks.send(claims.sends)
        _record(platform, claims.sends, replies, source="send")
    if claims.queries:
        replies = platform.banks.query(claims.queries)
        _record(platform, claims.queries, replies, source="query")
    if claims.cards:
        _ask_about_cards(platform, claims.cards)
    called = _take_callbacks(platform)
    return len(claims.sends) + len(claims.queries) + len(claims.cards) + called


def _claimed(work: Work) -> _Claims:
    return _Claims(
        payments.claim_sends(work, limit=BATCH),
        payments.claim_queries(work, limit=BATCH),
        payments.claim_waiting_cards(work, limit=BATCH),
    )


def _record(
    platform: Platform,
    instructions: Sequence[Instruction],
    replies: Sequence[Reply],
    *,
    source: str,
) -> None:
    def record(work: Work) -> None:
        _pass_on(work, payments.record_replies(work, instructions, replies, source=source))

    platform.database.run(record, while_advancing=True)


def _ask_about_cards(platform: Platform, cards: Sequence[Card]) -> None:
    answers = platform.banks.query_checks([(card.card_id, card.bank) for card in cards])
    keys = [card.key for card in cards]

    def record(work: Work) -> None:
        payments.record_card_answers(work, keys, answers)

    platform.database.run(record, while_advancing=True)


def _take_callbacks(platform: Platform) -> int:
    """Record what banks have called about, then acknowledge it: never the other way round."""
    callbacks: list[Callback] = platform.banks.callbacks(limit=BATCH)
    if not callbacks:
        return 0

    def record(work: Work) -> None:
        _pass_on(work, payments.record_callbacks(work, callbacks))

    platform.database.run(record, while_advancing=True)
    platform.banks.acknowledge([callback.callback_id for callback in callbacks])
    return len(callbacks)


def _pass_on(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
    if outcomes:
        settle_payments(work, outcomes)
