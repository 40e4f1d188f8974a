"""Statements whole, whatever form they come in, as those who book them take them."""

from collections.abc import Iterator
from dataclasses import replace

from huoqi.payments.formats.camt import EntryCount, Expected, read_camt053
from huoqi.payments.formats.delimited import Known, read_delimited
from huoqi.payments.formats.rules.forms import Form
from huoqi.payments.formats.sources import Source
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead


def read_statements(
    source: Source, *, expected: Expected, form: Form | None = None, known: Known | None = None
) -> list[Statement]:
    """Return the pages of statements in a file: a camt.053, or delimited in a form.

    Nothing is returned of a file of which any part is not as its form says. A head's count is of
    the entries handed over: where the file's own count of its batches is right, so is that.

    Errors: every FormatError.
    """
    if form is not None:
        return [read_delimited(source, form, expected=expected, known=known)]
    return list(_whole(read_camt053(source, expected=expected)))


def _whole(
    items: Iterator[StatementHead | StatementEntry | EntryCount],
) -> Iterator[Statement]:
    head: StatementHead | None = None
    entries: list[StatementEntry] = []
    for item in items:
        if isinstance(item, StatementEntry):
            entries.append(item)
        elif isinstance(item, StatementHead):
            head, entries = item, []
        else:
            assert head is not None, "a count stands behind its statement's head"
            count = count_of_entries(head, whole=item.count, handed_over=len(entries))
            yield Statement(replace(head, entry_count=count), entries)


def count_of_entries(head: StatementHead, *, whole: int, handed_over: int) -> int | None:
    """Return the stated count as one of entries handed over, of which a batch has several.

    A count of all pages cannot be told so where this page has batches: then there is none.
    """
    if head.entry_count is None or whole == handed_over:
        return head.entry_count
    if head.entry_count == whole:
        return handed_over
    is_only_page = head.page_no == 1 and head.is_last_page
    return head.entry_count + handed_over - whole if is_only_page else None
