"""The pump: takes up what is due, speaks to the banks outside any transaction, records the answer.

One round of each kind is a function, so that a worker, the time machine and a test drive the same
code. ``settle`` gets the news of ended orders inside the transaction that records them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.payments.banks.port import Bank, Instruction
from huoqi.payments.cards import BindRequest, Card, CodeEntry
from huoqi.payments.operations import (
    bind_cards,
    claim_code_entries,
    claim_queries,
    claim_resends,
    claim_sends,
    claim_waiting_cards,
    record_callbacks,
    record_card_answers,
    record_code_answers,
    record_replies,
    take_statements,
)
from huoqi.payments.operations.binding import CheckStarted
from huoqi.payments.operations.handovers import arrive, due_handovers, finish
from huoqi.payments.operations.pulling import note_asked, wanted_statements
from huoqi.payments.operations.statements import note_late
from huoqi.payments.orders import OrderOutcome
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement
from huoqi.payments.statements import StatementTaken
from huoqi.vault.operations import Vault

Answer = TypeVar("Answer")
Settle = Callable[[Work, Sequence[OrderOutcome]], None]
AfterStatements = Callable[[Work, Sequence[StatementTaken]], None]

# Pages can be large; more of them wait for the next transaction.
_PAGES_AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class Pump:
    """Everything that a round needs; ``while_advancing`` is for the time machine's own rounds."""

    database: Database
    bank: Bank
    settle: Settle
    while_advancing: bool = False
    batch: int = 500

    def run_once(self) -> int:
        """Do one round of everything that is due and return how many items were handled."""
        asked = self.query_due() + self.ask_about_cards()
        return self.send_due() + self.take_callbacks() + asked + self.hand_over_due()

    def send_due(self) -> int:
        """Send orders whose time has come; return how many."""
        batch = self._run(lambda work: claim_sends(work, limit=self.batch))
        if batch:
            self._record(batch, self.bank.send(batch), source="reply")
        return len(batch)

    def query_due(self) -> int:
        """Ask about orders without an answer; return how many."""
        batch = self._run(lambda work: claim_queries(work, limit=self.batch))
        if batch:
            replies = self.bank.query(batch)
            self._record(batch, replies, source="query")
            self._send_again(batch, replies)
        return len(batch)

    def take_callbacks(self) -> int:
        """Take in callbacks and acknowledge them once they are stored; return how many."""
        found = self.bank.callbacks(limit=self.batch)
        if found:
            self._run(lambda work: self.settle(work, record_callbacks(work, found)))
            self.bank.acknowledge(sorted({callback.callback_id for callback in found}))
        return len(found)

    def take_statements(self, *, then: AfterStatements) -> int:
        """Take in the statements that came and acknowledge them; return how many pages.

        ``then`` joins the transaction that takes a batch in, after the news of it are settled.
        Whoever gave none although it is time is asked again later.
        """
        self._ask_again()
        taken = 0
        while True:
            found = self.bank.statements(limit=_PAGES_AT_ONCE)
            is_last = len(found) < _PAGES_AT_ONCE
            self._run(partial(self._take_pages, found=found, is_last=is_last, then=then))
            if found:
                self.bank.acknowledge_statements([page.head for page in found])
            taken += len(found)
            if is_last:
                return taken

    def _ask_again(self) -> None:
        """Ask for the statements that somebody wants once more; being cut off, it asks again."""
        wanted = self._run(wanted_statements)
        for bank, on in wanted:
            self.bank.ask_for_statement(bank=bank, on=on)
        if wanted:
            self._run(lambda work: note_asked(work, wanted))

    def _take_pages(
        self, work: Work, *, found: Sequence[Statement], is_last: bool, then: AfterStatements
    ) -> None:
        results = take_statements(work, found)
        pages = [result for result in results if isinstance(result, StatementTaken)]
        self.settle(work, [outcome for page in pages for outcome in page.news])
        if is_last:
            note_late(work)
        then(work, pages)

    def ask_about_cards(self) -> int:
        """Ask about card checks without an answer and end codes that ran out; return how many."""
        waiting = self._run(lambda work: claim_waiting_cards(work, limit=self.batch))
        if waiting:
            answers = self.bank.query_checks([(card.card_id, card.bank) for card in waiting])
            keys = [card.key for card in waiting]
            self._run(lambda work: record_card_answers(work, keys, answers))
        return len(waiting)

    def hand_over_due(self) -> int:
        """Hand cash on to its receivers, each step a transaction of its own; return how many."""
        held = self._run(lambda work: due_handovers(work, limit=self.batch))
        if held:
            self._run(lambda work: arrive(work, held))
            self._run(lambda work: finish(work, held))
        return len(held)

    def bind(self, requests: Sequence[BindRequest], *, vault: Vault) -> list[Card | DomainError]:
        """Bind cards: start in one transaction, ask the issuers, record in another."""
        started = self._run(lambda work: bind_cards(work, requests, vault=vault))
        open_checks = [item for item in started if isinstance(item, CheckStarted)]
        answers = self.bank.check_cards([item.check for item in open_checks])
        keys = [item.card.key for item in open_checks]
        cards = self._run(lambda work: record_card_answers(work, keys, answers))
        after = dict(zip(keys, cards, strict=True))
        return [
            after[item.card.key] if isinstance(item, CheckStarted) else item for item in started
        ]

    def enter_codes(self, entries: Sequence[CodeEntry]) -> list[Card | DomainError]:
        """Hand the issuers' codes in and return the cards as they stand then."""
        claimed = self._run(lambda work: claim_code_entries(work, entries))
        asked = [
            (entry.key, attempt)
            for entry, attempt in zip(entries, claimed, strict=True)
            if not isinstance(attempt, DomainError)
        ]
        answers = self.bank.confirm_codes([attempt for _, attempt in asked])
        keys = [key for key, _ in asked]
        cards = iter(self._run(lambda work: record_code_answers(work, keys, answers)))
        return [item if isinstance(item, DomainError) else next(cards) for item in claimed]

    def _send_again(self, batch: Sequence[Instruction], replies: Sequence[Reply]) -> None:
        """Send references that a bank does not know once more, where it dedupes by them."""
        said = zip(batch, replies, strict=True)
        unheard = [item for item, reply in said if reply.kind is ReplyKind.NOT_FOUND]
        again = self._run(lambda work: claim_resends(work, unheard)) if unheard else []
        if again:
            self._record(again, self.bank.send(again), source="reply")

    def _record(
        self, batch: Sequence[Instruction], replies: Sequence[Reply], *, source: str
    ) -> None:
        self._run(
            lambda work: self.settle(work, record_replies(work, batch, replies, source=source))
        )

    def _run(self, body: Callable[[Work], Answer]) -> Answer:
        return self.database.run(body, actor="pump", while_advancing=self.while_advancing)
