"""A register's answers one by one, out of columns and into them."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from huoqi.fund.answer_columns import AnswerColumns, Int64
from huoqi.fund.managers.port import Confirmation
from huoqi.kit.dates import date_of_days, days_since_2000
from huoqi.kit.id_columns import id_column


def confirmations_of(answers: AnswerColumns) -> list[Confirmation]:
    """Return the rows one by one."""
    cells = zip(
        [UUID(bytes=row.tobytes()) for row in answers.order_ids],
        answers.customers.tolist(),
        answers.is_ok.tolist(),
        answers.units_e2.tolist(),
        answers.amounts_fen.tolist(),
        [date_of_days(days) for days in answers.days.tolist()],
        [code.decode("ascii") for code in answers.return_codes.tolist()],
        answers.deferred_e2.tolist(),
        answers.incomes_fen.tolist(),
        strict=True,
    )
    return [Confirmation(*row) for row in cells]


def answer_columns(confirmations: Sequence[Confirmation]) -> AnswerColumns:
    """Return answers as columns."""
    days = {on: days_since_2000(on) for on in {c.confirmed_on for c in confirmations}}

    def numbers(values: Sequence[int]) -> Int64:
        return np.array(values, dtype=np.int64)

    return AnswerColumns(
        id_column(b"".join([c.order_id.bytes for c in confirmations])),
        numbers([c.customer_no for c in confirmations]),
        np.array([c.ok for c in confirmations], dtype=np.bool_),
        numbers([c.confirmed_units_e2 for c in confirmations]),
        numbers([c.confirmed_amount_fen for c in confirmations]),
        numbers([days[c.confirmed_on] for c in confirmations]),
        np.array([c.return_code.encode("ascii") for c in confirmations], dtype="S4"),
        numbers([c.deferred_units_e2 for c in confirmations]),
        numbers([c.income_fen for c in confirmations]),
    )
