"""Statements, orders and answers made up for tests, and random ones for their properties."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from huoqi.payments.formats.camt import Expected
from huoqi.payments.formats.orders import OrderFile, PaymentOrder, PaymentStatus, StatusFile
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.statements import read_statements
from huoqi.payments.formats.writing import statement_pieces
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead

AT = datetime(2015, 5, 12, 23, 30, tzinfo=UTC)
ON = date(2015, 5, 12)
ICBC = Expected("ICBC")
_MOST = 10**13
#: What a text of 35 characters may have in it, tags and quotes among it.
_LETTERS = st.sampled_from("HQ0123456789abc-/.:+ <>&\"'活期Ω😀")
names = st.text(_LETTERS, min_size=1, max_size=27).map(str.strip).filter(bool)
amounts = st.integers(1, _MOST)
days = st.dates(date(2013, 1, 1), date(2030, 12, 31))
entries = st.builds(
    StatementEntry,
    names,
    names.filter(lambda text: text != "NOTPROVIDED") | st.just(""),
    amounts,
    st.booleans(),
    st.booleans(),
    days,
    days,
)
returned = st.builds(
    StatementEntry,
    names,
    names,
    amounts,
    st.booleans(),
    st.just(value=True),
    days,
    days,
    st.sampled_from(["AC01", "AM09", "LOST", "closed <account>", "退票"]),
)


def head_of(
    lines: Sequence[StatementEntry],
    *,
    opening_fen: int = 0,
    sequence_no: int = 7,
    first_on: date = ON,
    last_on: date = ON,
) -> StatementHead:
    """Return the head that ties with its lines."""
    credit_fen = sum(line.amount_fen for line in lines if line.is_credit)
    debit_fen = sum(line.amount_fen for line in lines if not line.is_credit)
    return StatementHead(
        bank="ICBC",
        account="622200100001",
        statement_id=f"622200100001-{sequence_no}",
        sequence_no=sequence_no,
        first_on=first_on,
        last_on=last_on,
        opening_fen=opening_fen,
        closing_fen=opening_fen + credit_fen - debit_fen,
        entry_count=len(lines),
        credit_fen=credit_fen,
        debit_fen=debit_fen,
    )


def line(number: int = 1, *, fen: int = 10_000, is_credit: bool = True) -> StatementEntry:
    """Return a plain line."""
    return StatementEntry(f"E{number}", f"HQ{number:032X}", fen, is_credit, False, ON, ON)


def camt(lines: Sequence[StatementEntry], *, head: StatementHead | None = None) -> bytes:
    """Return the camt.053 of some lines."""
    return b"".join(statement_pieces(head or head_of(lines), lines, at=AT))


def written(lines: Sequence[StatementEntry]) -> str:
    """Return the camt.053 of some lines as a text, to be spoiled."""
    return camt(lines).decode()


def read(data: bytes | str, *, expected: Expected = ICBC) -> list[Statement]:
    """Return the statements in a file."""
    plain = data.encode() if isinstance(data, str) else data
    return read_statements(BytesSource(plain), expected=expected)


def refused(attempt: Callable[[], object]) -> FormatError | None:
    """Return why something is refused, None where it is not; any other error is one."""
    try:
        attempt()
    except FormatError as error:
        return error
    return None


def refusal(data: bytes | str, *, expected: Expected = ICBC) -> FormatError:
    """Return why a file is refused; it must be."""
    found = refused(lambda: read(data, expected=expected))
    assert found is not None, "it was read"
    return found


def orders_of(orders: Sequence[PaymentOrder], direction: Direction) -> OrderFile:
    """Return a file of orders."""
    return OrderFile(
        message_id="f" * 32,
        created_at=AT,
        direction=direction,
        bank="ICBC",
        account="622200100001",
        execute_on=ON,
        orders=orders,
    )


orders = st.lists(
    st.builds(
        PaymentOrder,
        names,
        amounts,
        st.text("0123456789abcdef", min_size=32, max_size=32),
        st.sampled_from(["", "standard", "express <1>"]),
        names,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda order: order.bank_ref,
)
statuses = st.builds(
    PaymentStatus,
    names,
    st.sampled_from(["ACSC", "ACCC", "RJCT", "ACTC", "PDNG", "NFND", "XYZ1"]),
    st.sampled_from(["", "AC01", "LOST", "own reason"]),
    st.none() | amounts,
)
status_files = st.builds(
    StatusFile,
    names,
    st.just(AT),
    names,
    st.lists(statuses, max_size=5),
    st.sampled_from(["", "ACTC", "RJCT"]),
)
