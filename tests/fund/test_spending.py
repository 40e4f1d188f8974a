"""Paying merchants from a fund or cash; and every fen is somewhere."""

from threading import Barrier, Thread
from uuid import UUID

import pytest

from huoqi.fund._store import spending as store
from huoqi.fund.merchant_desk import (
    KEY_PREFIX,
    MerchantWish,
    give_key,
    merchant_of_key,
    open_as_approved,
    propose_merchant,
    settle_merchants,
)
from huoqi.fund.merchant_payments import (
    RefundRequest,
    RefundToFund,
    merchant_balance_fen,
    pay_merchants,
    refund_payment,
)
from huoqi.fund.merchants import (
    Merchant,
    MerchantBalanceTooLow,
    MerchantOwnPayment,
    MerchantPayment,
    MerchantPaymentUnknown,
    MerchantRefund,
    MerchantRefundExceeds,
    MerchantUnknown,
    PaymentRequest,
    SpendIdReused,
)
from huoqi.fund.orders import PayoutState, Speed
from huoqi.fund.rules.fast_redemption import InsufficientUnits
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.fund.rules.spending_limits import SpendingLimit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import check_invariants
from huoqi.payments.operations.orders import BalanceTooLow
from huoqi.payments.queries import reserve, tries_of
from tests.fund.world import FUND, MONDAY, ONE_DAY, SHARDS, Shelf
from tests.payments.test_handovers import ADD

PAYER, OTHER, OWNER = 107, 108, 109


def know(shelf: Shelf, *numbers: int) -> None:
    """Let savers be customers, as registration makes them."""

    def body(work: Work) -> None:
        for number in numbers:
            mark = number.to_bytes(16, "big")
            given = {"shard": number % SHARDS, "no": number, "at": work.at, "mark": mark}
            work.run(ADD, given)

    shelf.database.run(body)


def shop(shelf: Shelf) -> Merchant:
    """Open a shop of OWNER's as two people do."""
    know(shelf, OWNER)
    if OWNER not in shelf.cards:
        shelf.open_saver(OWNER)

    def body(work: Work) -> Merchant:
        row = work.row("SELECT customer_id FROM customer WHERE customer_no = %s", (OWNER,))
        assert row is not None
        wish = MerchantWish("小米之家", "electronics", row[0], "contract-1", "an")
        approval = propose_merchant(work, wish)
        assert not isinstance(approval, DomainError)
        open_as_approved(work, approval)
        return store.merchants_of_ids(work, [approval.approval_id])[approval.approval_id]

    return shelf.database.run(body)


@pytest.fixture
def saver(shelf: Shelf) -> Shelf:
    """Return a shelf on Tuesday with 1,000.00 units of PAYER's, confirmed and spendable."""
    shelf.buy(PAYER, 100_000)
    shelf.run_until(MONDAY + ONE_DAY)
    shelf.at(MONDAY + 2 * ONE_DAY, hour=10)
    return shelf


def wish(
    shelf: Shelf, merchant: Merchant, amount_fen: int, *, fund: str | None = FUND
) -> PaymentRequest:
    return PaymentRequest(
        PAYER % SHARDS, shelf.new_id(), PAYER, merchant.merchant_id, amount_fen, fund
    )


def pay(shelf: Shelf, *requests: PaymentRequest) -> list[MerchantPayment | DomainError]:
    return shelf.database.run(lambda work: pay_merchants(work, requests))


def paid(shelf: Shelf, merchant: Merchant, amount_fen: int) -> MerchantPayment:
    (payment,) = pay(shelf, wish(shelf, merchant, amount_fen))
    assert isinstance(payment, MerchantPayment), payment
    return payment


def balance_fen(shelf: Shelf, merchant: Merchant) -> int:
    return shelf.database.run(lambda work: merchant_balance_fen(work, merchant.merchant_no))


def give_back(
    shelf: Shelf,
    payment: MerchantPayment,
    amount_fen: int,
    *,
    to: str = "cash",
    refund_id: UUID | None = None,
) -> MerchantRefund | DomainError:
    asked = RefundRequest(
        refund_id or shelf.new_id(),
        payment.payment_id,
        payment.merchant_no,
        amount_fen,
        to,  # type: ignore[arg-type] # cash or fund
    )
    return shelf.database.run(lambda work: refund_payment(work, asked))


def check_money(shelf: Shelf) -> None:
    """Nothing of customers' money is missing, and the ledger is sound."""
    assert shelf.database.run(reserve).difference_fen <= 0
    assert shelf.database.run(check_invariants) == []


def test_a_phone_is_bought_with_the_fund_in_one_order(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 60_000)

    assert saver.cash_fen(PAYER) == 0
    assert balance_fen(saver, merchant) == 60_000
    order = next(o for o in saver.orders(PAYER) if o.order_id == payment.order_id)
    assert (order.state, order.speed, order.card_id) == (
        RedemptionState.PAID_OUT,
        Speed.FAST,
        None,
    )
    check_money(saver)


def test_the_units_left_with_the_payment_and_the_books_close(saver: Shelf) -> None:
    before_e2 = saver.holding(PAYER).units_e2
    merchant = shop(saver)
    paid(saver, merchant, 60_000)

    assert saver.holding(PAYER).units_e2 == before_e2 - 60_000
    saver.run_until(MONDAY + 3 * ONE_DAY)
    saver.check_books(MONDAY + 3 * ONE_DAY)


def test_a_repeated_request_pays_once_and_another_amount_is_refused(saver: Shelf) -> None:
    merchant = shop(saver)
    asked = wish(saver, merchant, 10_000)
    first, again = pay(saver, asked), pay(saver, asked, asked)
    other = PaymentRequest(*asked.key, PAYER, merchant.merchant_id, 20_000, FUND)

    assert again == first * 2
    assert pay(saver, other) == [SpendIdReused(id=str(asked.payment_id))]
    assert balance_fen(saver, merchant) == 10_000


def test_without_units_nothing_is_paid_and_nothing_is_left_behind(saver: Shelf) -> None:
    merchant = shop(saver)
    held_e2 = saver.holding(PAYER).units_e2
    (refused,) = pay(saver, wish(saver, merchant, held_e2 + 1))

    assert isinstance(refused, InsufficientUnits)
    assert balance_fen(saver, merchant) == 0
    assert saver.holding(PAYER).units_e2 == held_e2
    (fits,) = pay(saver, wish(saver, merchant, 1))
    assert isinstance(fits, MerchantPayment)


def test_a_frozen_cash_account_undoes_units_and_advance_too(saver: Shelf) -> None:
    merchant = shop(saver)
    held_e2 = saver.holding(PAYER).units_e2
    saver.database.run(
        lambda work: work.run(
            "UPDATE ledger_account SET flags = flags | 8 WHERE kind = 60 AND shard = %s",
            (PAYER % SHARDS,),
        )
    )
    (refused,) = pay(saver, wish(saver, merchant, 1_000))

    assert isinstance(refused, DomainError)
    assert refused.code == "payment.hold_refused"
    assert saver.holding(PAYER).units_e2 == held_e2
    assert balance_fen(saver, merchant) == 0


def test_of_two_payments_that_together_exceed_the_holding_exactly_one_is_made(
    saver: Shelf,
) -> None:
    merchant = shop(saver)
    gate, answers = Barrier(2), list[object]()

    def race() -> None:
        asked = wish(saver, merchant, 60_000)
        gate.wait()
        answers.extend(pay(saver, asked))

    threads = [Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["InsufficientUnits", "MerchantPayment"]
    assert balance_fen(saver, merchant) == 60_000


def test_limits_of_the_day_and_of_fast_redemptions_both_hold(shelf: Shelf) -> None:
    shelf.buy(PAYER, 2_000_000)
    shelf.run_until(MONDAY + ONE_DAY)
    shelf.at(MONDAY + 2 * ONE_DAY, hour=10)
    merchant = shop(shelf)
    answers = pay(shelf, *(wish(shelf, merchant, 500_000) for _ in range(3)))

    assert [type(each).__name__ for each in answers] == [
        "MerchantPayment",
        "MerchantPayment",
        "SpendingLimit",
    ]
    (single,) = pay(shelf, wish(shelf, merchant, 500_001))
    assert isinstance(single, SpendingLimit)
    assert single.params["rule"] == "spending.merchant"


def test_strangers_and_owners_are_no_payees(saver: Shelf) -> None:
    merchant = shop(saver)
    nobody = PaymentRequest(1, saver.new_id(), PAYER, saver.new_id(), 100, FUND)
    own = PaymentRequest(1, saver.new_id(), OWNER, merchant.merchant_id, 100, None)

    assert pay(saver, nobody, own) == [MerchantUnknown(), MerchantOwnPayment()]


def test_refunds_in_parts_go_to_cash_and_never_beyond_the_payment(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 10_000)
    refund_id = saver.new_id()
    first = give_back(saver, payment, 4_000, refund_id=refund_id)
    again = give_back(saver, payment, 4_000, refund_id=refund_id)
    other = give_back(saver, payment, 4_001, refund_id=refund_id)
    beyond = give_back(saver, payment, 6_001)
    rest = give_back(saver, payment, 6_000)

    assert first == again
    assert isinstance(rest, MerchantRefund)
    assert other == SpendIdReused(id=str(refund_id))
    assert beyond == MerchantRefundExceeds(left_fen=6_000)
    assert (saver.cash_fen(PAYER), balance_fen(saver, merchant)) == (10_000, 0)
    assert give_back(saver, payment, 1) == MerchantRefundExceeds(left_fen=0)
    check_money(saver)


def test_two_refunds_at_once_share_what_was_paid(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 10_000)
    gate, answers = Barrier(2), list[object]()

    def race() -> None:
        gate.wait()
        answers.append(give_back(saver, payment, 6_000))

    threads = [Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["MerchantRefund", "MerchantRefundExceeds"]
    assert saver.cash_fen(PAYER) == 6_000


def test_a_refund_into_the_fund_buys_units_that_the_manager_confirms(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 10_000)
    refund = give_back(saver, payment, 10_000, to="fund")
    assert isinstance(refund, MerchantRefund)
    before_e2 = saver.holding(PAYER).units_e2

    order = next(o for o in saver.orders(PAYER) if o.order_id == refund.order_id)
    assert (order.state, order.amount_fen, order.card_id) == (PurchaseState.PAID, 10_000, None)
    assert saver.cash_fen(PAYER) == 0
    saver.run_until(MONDAY + 3 * ONE_DAY)
    assert saver.holding(PAYER).units_e2 >= before_e2 + 10_000
    check_money(saver)


def test_when_the_fund_refuses_the_purchase_of_a_refund_its_cash_waits_for_a_card(
    saver: Shelf,
) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 10_013)  # the manager refuses what ends in .13
    refund = give_back(saver, payment, 10_013, to="fund")
    assert isinstance(refund, MerchantRefund)
    saver.run_until(MONDAY + 3 * ONE_DAY)

    order = next(o for o in saver.orders(PAYER) if o.order_id == refund.order_id)
    (payout,) = saver.payouts(order)
    assert (payout.state, payout.reason) == (PayoutState.BLOCKED, "fund.cash_waits")
    assert saver.cash_fen(PAYER) == 10_013
    assert give_back(saver, payment, 1) == MerchantRefundExceeds(left_fen=0)
    check_money(saver)


def test_cash_pays_too_and_has_no_fund_to_go_back_to(saver: Shelf) -> None:
    merchant = shop(saver)
    first = paid(saver, merchant, 10_000)
    give_back(saver, first, 10_000)
    (payment,) = pay(saver, wish(saver, merchant, 10_000, fund=None))

    assert isinstance(payment, MerchantPayment)
    assert (payment.fund, payment.order_id, saver.cash_fen(PAYER)) == (None, None, 0)
    assert give_back(saver, payment, 1_000, to="fund") == RefundToFund()
    assert pay(saver, wish(saver, merchant, 1, fund=None)) == [BalanceTooLow()]


def test_a_day_is_settled_once_to_the_owners_card_less_our_fee(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 100_00)
    settled = saver.database.run(settle_merchants)
    again = saver.database.run(settle_merchants)

    (done,) = settled
    assert (done.gross_fen, done.fee_fen, done.refusal) == (10_000, 38, "")
    assert again == []
    saver.pay()
    (payout,) = saver.database.run(
        lambda work: tries_of(
            work, [_intent(work, merchant)], shard=OWNER % SHARDS, customer_no=OWNER
        )
    )
    assert (payout.amount_fen, str(payout.state)) == (9_962, "SUCCEEDED")
    assert saver.database.run(reserve).difference_fen == -38  # our fee lies among their money
    assert give_back(saver, payment, 100) == MerchantBalanceTooLow(available_fen=0)
    check_money(saver)


def _intent(work: Work, merchant: Merchant) -> UUID:
    (done,) = store.settlements(work, merchant.merchant_no, limit=1)
    assert done.payout_id is not None
    row = work.row("SELECT intent_id FROM money_order WHERE order_id = %s", (done.payout_id,))
    assert row is not None
    intent: UUID = row[0]
    return intent


def test_a_merchant_sees_only_its_own_payments_by_its_own_key(saver: Shelf) -> None:
    merchant = shop(saver)
    payment = paid(saver, merchant, 10_000)
    first = saver.database.run(lambda work: give_key(work, merchant, secret=bytes(32)))
    second = saver.database.run(lambda work: give_key(work, merchant, secret=bytes(range(32))))

    assert first.startswith(KEY_PREFIX)
    assert saver.database.run(lambda work: merchant_of_key(work, first)) is None
    assert saver.database.run(lambda work: merchant_of_key(work, second)) == merchant
    stranger = RefundRequest(
        saver.new_id(), payment.payment_id, merchant.merchant_no + 1, 1, "cash"
    )
    answer = saver.database.run(lambda work: refund_payment(work, stranger))
    assert answer == MerchantPaymentUnknown()
