"""What can be done with cards and money orders. One call, one transaction, one batch."""

from huoqi.payments.operations.binding import (
    bind_cards,
    claim_code_entries,
    claim_waiting_cards,
    record_card_answers,
    record_code_answers,
    set_default_cards,
    unbind_cards,
)
from huoqi.payments.operations.claiming import claim_queries, claim_resends, claim_sends
from huoqi.payments.operations.evidence import record_callbacks, record_evidence, record_replies
from huoqi.payments.operations.orders import (
    cancel_orders,
    create_orders,
    reserve_orders,
    write_orders,
)
from huoqi.payments.operations.postings import open_clearing_accounts
from huoqi.payments.operations.resolving import decide_resolutions, propose_resolutions
from huoqi.payments.operations.retrying import try_again
from huoqi.payments.operations.statements import begin_statements, take_statements

__all__ = [
    "begin_statements",
    "bind_cards",
    "cancel_orders",
    "claim_code_entries",
    "claim_queries",
    "claim_resends",
    "claim_sends",
    "claim_waiting_cards",
    "create_orders",
    "decide_resolutions",
    "open_clearing_accounts",
    "propose_resolutions",
    "record_callbacks",
    "record_card_answers",
    "record_code_answers",
    "record_evidence",
    "record_replies",
    "reserve_orders",
    "set_default_cards",
    "take_statements",
    "try_again",
    "unbind_cards",
    "write_orders",
]
