"""What customers do in a simulation, and what they were told: nothing told may ever be untrue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from uuid import UUID

from bench.simulation.company import FUND, SHARDS, Company
from huoqi.close.operations.pump import pump_of
from huoqi.close.platform import Platform
from huoqi.customers.operations import freeze_by_staff, unfreeze_by_staff
from huoqi.fund.operations import cancel_orders, place_purchases, redeem
from huoqi.fund.orders import CancelRequest, FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.payments.cards import BindRequest, Card, CardState
from huoqi.payments.operations import unbind_cards
from huoqi.payments.queries import cards_of_customer
from huoqi.sandbox.people import ISSUERS, card_number, person
from huoqi.sandbox.residents import Newcomer, Resident, move_in

Request = PurchaseRequest | RedemptionRequest
Told = FundOrder | DomainError
_OTHER_CARDS_FROM = 500_000
_KEPT_REQUESTS = 400
#: Of a thousand acts: what people do.
_ACTS = ("buy",) * 520 + ("sell",) * 130 + ("fast",) * 120 + ("all",) * 20 + ("cancel",) * 100
_MORE = ("retry",) * 80 + ("unbind",) * 20 + ("freeze",) * 10
_EVERY_ACT = _ACTS + _MORE


@dataclass
class People:
    """All customers, and a memory of what each of them was promised."""

    company: Company
    dice: Random
    ids: SeededIds
    residents: list[Resident]
    promised: dict[UUID, Request] = field(default_factory=dict)
    lately: list[Request] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    buyers: list[int] = field(default_factory=list)
    frozen: set[int] = field(default_factory=set)
    cardless: dict[int, UUID] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)

    @classmethod
    def moved_in(cls, company: Company, *, customers: int, seed: int) -> "People":
        """Return customers who have just moved in, by the real operations."""
        residents = move_in(company.world, [Newcomer(person(n)) for n in range(customers)])
        found = cls(company, Random(f"people {seed}"), SeededIds(f"people {seed}"), residents)
        found.places = {each.customer_no: place for place, each in enumerate(residents)}
        return found

    def act(self, count: int) -> None:
        """Let so many of them do something at this instant, each kind of thing in one batch."""
        drawn = [self.dice.choice(_EVERY_ACT) for _ in range(count)]
        with self.company.database.work() as work:
            at = work.at
        wishes = [self._wish(each, new_id=self.ids.new(at)) for each in drawn]
        self._ask([wish for wish in wishes if isinstance(wish, PurchaseRequest)])
        self._ask([wish for wish in wishes if isinstance(wish, RedemptionRequest)])
        self._cancel(drawn.count("cancel"))
        self._ask_again(drawn.count("retry"))
        for _ in range(drawn.count("unbind")):
            self._change_card(self._anybody())
        if "freeze" in drawn:
            self._freeze()

    def _anybody(self) -> Resident:
        return self.residents[self.dice.randrange(len(self.residents))]

    def _wish(self, act: str, *, new_id: UUID) -> Request | None:
        dice, sells = self.dice, act in {"sell", "fast", "all"}
        who = self.residents[dice.choice(self.buyers)] if sells and self.buyers else self._anybody()
        if who.customer_no in self.frozen or who.customer_no in self.cardless:
            return None
        # Mostly whole yuan: some endings are magic.
        fen = 100 * dice.randrange(1, 400 if sells else 3_000)
        fen += dice.randrange(100) if dice.randrange(9) == 0 else 0
        key = (new_id, who.customer_no, who.shard, FUND)
        if act == "buy":
            return PurchaseRequest(*key, fen, who.card_id, has_agreed=True)
        if sells:
            units = None if act == "all" else fen
            speed = Speed.FAST if act == "fast" else Speed.NORMAL
            return RedemptionRequest(*key, units, speed, who.card_id)
        return None

    def _ask(self, requests: Sequence[Request]) -> None:
        """Ask, as often as it takes to get an answer, and remember what was promised."""
        if not requests:
            return
        told = self.company.insist(lambda platform: _placed(platform, requests))
        for request, answer in zip(requests, told, strict=True):
            if isinstance(answer, FundOrder):
                self.promised[request.order_id] = request
                self.lately.append(request)
                if isinstance(request, PurchaseRequest):
                    self.buyers.append(self.places[request.customer_no])
            self.answers["accepted" if isinstance(answer, FundOrder) else answer.code] += 1
        del self.lately[:-_KEPT_REQUESTS]

    def _ask_again(self, count: int) -> None:
        """Repeat requests that were accepted: each must give its own order and none beside it."""
        if not self.lately:
            return
        again = [self.dice.choice(self.lately) for _ in range(count)]
        for kind in (PurchaseRequest, RedemptionRequest):
            part = [each for each in dict.fromkeys(again) if isinstance(each, kind)]
            if part:
                told = self.company.insist(lambda platform: _placed(platform, part))  # noqa: B023
                for request, answer in zip(part, told, strict=True):
                    assert isinstance(answer, FundOrder), f"a repeated request: {answer!r}"
                    assert answer.order_id == request.order_id, "a repeat gave another order"
                    self.answers["repeated"] += 1

    def _cancel(self, count: int) -> None:
        wanted = [self.lately[-1 - n] for n in range(min(count, len(self.lately)))]
        keys = [CancelRequest(each.shard, each.customer_no, each.order_id) for each in wanted]
        if keys:
            told = self.company.insist(
                lambda platform: platform.database.run(lambda work: cancel_orders(work, keys))
            )
            for answer in told:
                self.answers["cancelled" if isinstance(answer, FundOrder) else answer.code] += 1

    def _change_card(self, who: Resident) -> None:
        """Take a card out and bind another; while money is on its way the first stays."""
        number = who.customer_no
        if number in self.frozen or number in self.cardless:
            return
        key = (who.shard, who.card_id)
        (gone,) = self.company.insist(
            lambda platform: platform.database.run(lambda work: unbind_cards(work, [(key, number)]))
        )
        self.answers["unbound" if isinstance(gone, Card) else gone.code] += 1
        if isinstance(gone, Card):
            self.cardless[number] = self._bind(who)

    def _bind(self, who: Resident) -> UUID:
        place = self.places[who.customer_no]
        issuer = ISSUERS[0]
        serial = _OTHER_CARDS_FROM + 100 * place + self.dice.randrange(100)
        with self.company.database.work() as work:
            card_id = self.ids.new(work.at)
        request = BindRequest(
            shard=who.shard,
            card_id=card_id,
            customer_no=who.customer_no,
            number=card_number(issuer, serial=serial, last_four="8888"),
            name=person(place).name,
            national_id=person(place).national_id,
            mobile=person(place).phone,
        )
        vault = self.company.world.vault
        self.company.insist(lambda platform: pump_of(platform).bind([request], vault=vault))
        return card_id

    def look_at_cards(self) -> None:
        """Let those who bound another card see whether it is there, and use it."""
        if not self.cardless:
            return
        with self.company.database.work() as work:
            for number, card_id in list(self.cardless.items()):
                who = self.residents[self.places[number]]
                if _is_bound(work, who, card_id):
                    del self.cardless[number]
                    self.residents[self.places[number]] = replace(who, card_id=card_id)

    def _freeze(self) -> None:
        """Freeze somebody by order, or let the one go who is frozen longest."""
        if len(self.frozen) > len(self.residents) // 200:
            number = min(self.frozen)
            self.frozen.discard(number)
            self.company.insist(
                lambda platform: platform.database.run(
                    lambda work: unfreeze_by_staff(work, [number], shards=SHARDS)
                )
            )
            return
        number = self._anybody().customer_no
        self.frozen.add(number)
        self.company.insist(
            lambda platform: platform.database.run(
                lambda work: freeze_by_staff(work, [number], shards=SHARDS, reason="court_order"),
                actor="staff:an",
            )
        )


def _is_bound(work: Work, who: Resident, card_id: UUID) -> bool:
    found = cards_of_customer(work, shard=who.shard, customer_no=who.customer_no)
    return any(card.card_id == card_id and card.state is CardState.BOUND for card in found)


def _placed(platform: Platform, requests: Sequence[Request]) -> list[Told]:
    buys = [each for each in requests if isinstance(each, PurchaseRequest)]
    sells = [each for each in requests if isinstance(each, RedemptionRequest)]

    def body(work: Work) -> list[Told]:
        return list(place_purchases(work, buys) if buys else redeem(work, sells))

    return platform.database.run(body)
