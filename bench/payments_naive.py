"""Two policies that are met in the field, on the same orders, banks, draws and ledger as ours.

retry: an answer that does not come in time is taken for a failure, and the order is sent again at
once under a new reference, three tries in all. Callbacks of a reference given up are dropped.

mark-failed: an order without an answer is asked about five times; what is not certain then is
marked failed, and the order is paid once more under a new reference.

Neither reads statements to decide; both book what they believe, once an order.
"""

import heapq
import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bench.payments_truth import signed_fen
from bench.payments_world import MIX, Plan, banks_of, cards_of, open_database, wishes
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import derived_id
from huoqi.kit.progress import Progress
from huoqi.ledger.operations import post_for_codes
from huoqi.ledger.rules.chart import AccountKind, customer_cash_account, system_account
from huoqi.ledger.rules.transfers import ResultCode, post
from huoqi.payments.banks.port import Instruction
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.orders import OrderRequest, bank_reference
from huoqi.payments.queries import bank_names
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import REJECT_CODES, Reply

RETRY_TRIES = 3
MARK_FAILED_TRIES = 2
# The first five questions of the banks' own schedule.
_ASKED_AFTER_S = (30, 60, 300, 1_800, 7_200)
_MOVED = """
    SELECT bank_ref, amount_fen * times, returns_on IS NOT NULL FROM simulated.bank_instruction
    WHERE times > 0 AND executed_at <= %s
"""


@dataclass(slots=True)
class Try:
    """One reference of an order, and how often the bank was asked about it."""

    order: OrderRequest
    bank: str
    number: int = 1
    asked: int = 0
    ref: str = ""

    def told(self) -> Instruction:
        """Return what the bank is told, the first time under the reference that ours would have."""
        own = self.order
        name = own.order_id if self.number == 1 else _again(own.order_id, self.number)
        self.ref = bank_reference(name)
        return self._instruction()

    def _instruction(self) -> Instruction:
        own = self.order
        return Instruction(
            own.shard,
            own.order_id,
            self.ref,
            self.bank,
            "direct",
            own.direction,
            own.amount_fen,
            own.card_id,
            self.asked,
        )

    def question(self) -> Instruction:
        """Return the next question about it."""
        self.asked += 1
        return self._instruction()


def _again(order_id: UUID, number: int) -> UUID:
    return derived_id(order_id, action=f"try {number}")


@dataclass
class Naive:
    """A payments desk with one of the two policies."""

    database: Database
    clock: ManualClock
    banks: SimulatedBanks
    tries: int
    asks: bool
    numbers: dict[str, int]
    orders: dict[str, OrderRequest] = field(default_factory=dict)
    booked: set[UUID] = field(default_factory=set)
    failed: int = 0
    open: dict[str, Try] = field(default_factory=dict)
    due: list[tuple[datetime, int, Try]] = field(default_factory=list)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)

    def send(self, batch: Sequence[Try]) -> None:
        """Send tries, and what the policy sends again at once."""
        while batch:
            told = [each.told() for each in batch]
            self.orders.update((each.ref, each.order) for each in batch)
            answers = self.banks.send(told)
            batch = self._heard(zip(batch, answers, strict=True))

    def _heard(self, answers: Iterable[tuple[Try, Reply]]) -> list[Try]:
        """Take answers in and return what is to be sent again now."""
        paid, again = [], []
        for each, reply in answers:
            if reply.code == "00":
                paid.append(each)
            elif reply.code in REJECT_CODES:
                self._give_up(each, tried=True)
            elif self.asks and each.asked < len(_ASKED_AFTER_S):
                self._ask_later(each)
            elif each.number < self.tries:
                self._give_up(each, tried=False)
                again.append(Try(each.order, each.bank, each.number + 1))
            else:
                self._give_up(each, tried=True)
        self._book(paid)
        return again

    def _give_up(self, each: Try, *, tried: bool) -> None:
        self.open.pop(each.ref, None)
        self.failed += tried

    def _ask_later(self, each: Try) -> None:
        passed_s = _ASKED_AFTER_S[each.asked] - (
            _ASKED_AFTER_S[each.asked - 1] if each.asked else 0
        )
        self.open[each.ref] = each
        at = self.clock.at + timedelta(seconds=passed_s)
        heapq.heappush(self.due, (at, next(self.turns), each))

    def listen(self, until: datetime, *, batch: int) -> None:
        """Ask what is due until an instant and take the callbacks on the way."""
        while self.due and self.due[0][0] <= until:
            self.clock.at = max(self.clock.at, self.due[0][0])
            self._take_callbacks(batch)
            asked: list[Try] = []
            while self.due and self.due[0][0] <= self.clock.at and len(asked) < batch:
                each = heapq.heappop(self.due)[2]
                if each.ref in self.open:
                    asked.append(each)
            answers = self.banks.query([each.question() for each in asked])
            self.send(self._heard(zip(asked, answers, strict=True)))
        self.clock.at = max(self.clock.at, until)

    def _take_callbacks(self, batch: int) -> None:
        while found := self.banks.callbacks(limit=batch):
            said = {call.bank_ref: call.reply for call in found if call.bank_ref in self.open}
            final = {ref: r for ref, r in said.items() if r.code == "00" or r.code in REJECT_CODES}
            self._heard([(self.open[ref], reply) for ref, reply in final.items()])
            self.banks.acknowledge(sorted({call.callback_id for call in found}))

    def _book(self, paid: Sequence[Try]) -> None:
        for each in paid:
            self.open.pop(each.ref, None)
        fresh = [each.order for each in paid if each.order.order_id not in self.booked]
        self.booked |= {order.order_id for order in fresh}
        if fresh:
            banks = {each.order.order_id: each.bank for each in paid}
            self.database.run(lambda work: self._post(work, fresh, banks=banks))

    def _post(self, work: Work, paid: list[OrderRequest], *, banks: dict[UUID, str]) -> None:
        transfers = []
        for order in paid:
            number = self.numbers[banks[order.order_id]]
            kind = AccountKind.BANK_CLEARING
            clearing = system_account(shard=order.shard, kind=kind, instance=number)
            cash = customer_cash_account(shard=order.shard, customer_no=order.customer_no)
            is_in = order.direction is Direction.COLLECT
            transfers.append(
                post(
                    derived_id(order.order_id, action="POST"),
                    debit=clearing if is_in else cash,
                    credit=cash if is_in else clearing,
                    amount=order.amount_fen,
                    code=210 if is_in else 220,
                    effective_on=work.at.date(),
                )
            )
        assert set(post_for_codes(work, transfers)) == {ResultCode.OK}


def live(dsn: str, plan: Plan, policy: str) -> dict[str, object]:
    """Let all orders of a plan come under a policy and return what the banks made of it."""
    database = open_database(dsn, at=plan.wave_at(0), ids=f"{policy} {plan.seed}")
    assert isinstance(database.clock, ManualClock)
    with database.work() as work:
        numbers = {name.code: name.number for name in bank_names(work)}
    asks = policy == "mark-failed"
    tries = MARK_FAILED_TRIES if asks else RETRY_TRIES
    banks = SimulatedBanks(database, seed=str(plan.seed), mix=MIX)
    desk = Naive(database, database.clock, banks, tries, asks, numbers)
    bank_of = banks_of(dsn)
    began, cpu = time.perf_counter(), time.process_time()
    with Progress(f"orders, {policy}", total=plan.orders) as progress:
        for number, requests in enumerate(wishes(plan, cards_of(dsn))):
            desk.listen(plan.wave_at(number), batch=plan.wave)
            desk.send([Try(each, bank_of[each.customer_no]) for each in requests])
            progress.advance(len(requests))
    desk.listen(desk.clock.at + timedelta(days=1), batch=plan.wave)
    desk.listen(desk.clock.at + timedelta(days=1), batch=plan.wave)
    seconds = time.perf_counter() - began
    try:
        return {
            **_compared(desk, orders=plan.orders),
            "orders_per_s": round(plan.orders / seconds),
            "seconds": round(seconds, 1),
            "app_cpu_s": round(time.process_time() - cpu, 1),
        }
    finally:
        database.close()


def _compared(desk: Naive, *, orders: int) -> dict[str, object]:
    """Return how often money moved twice by the policy, and where book and banks differ."""
    moved: dict[UUID, list[int]] = {}
    with desk.database.work() as work:
        for ref, amount_fen, comes_back in work.rows(_MOVED, (work.at,)):
            order = desk.orders[ref]
            fen = 0 if comes_back else signed_fen(order.direction, amount_fen)
            moved.setdefault(order.order_id, []).append(fen)
    known = {order.order_id: order for order in desk.orders.values()}
    differ = difference_fen = 0
    for order_id, order in known.items():
        book_fen = signed_fen(order.direction, order.amount_fen) * (order_id in desk.booked)
        off_fen = sum(moved.get(order_id, ())) - book_fen
        differ += off_fen != 0
        difference_fen += off_fen
    return {
        "double_paid": sum(len(each) > 1 for each in moved.values()),
        "lost": orders - len(known),
        "book_bank_difference_fen": difference_fen,
        "orders_that_differ": differ,
        "paid_and_marked_failed": sum(order_id not in desk.booked for order_id in moved),
        "waiting": len(desk.open),
        "states": {"booked": len(desk.booked), "failed": desk.failed},
    }
