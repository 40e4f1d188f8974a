"""Why a bank's file is not read: each names the line and the element, never what is there."""

from typing import ClassVar, Self

from huoqi.kit.errors import DomainError


class FormatError(DomainError):
    """A file is not as its form says: nothing of it may be believed.

    ``line`` counts from 1 and is 0 where it is not known; ``detail`` is ours, never the file's.
    """

    def __init__(self, *, element: str = "", detail: str = "", line: int = 0) -> None:
        super().__init__(line=line, element=element, detail=detail)
        self.line, self.element, self.detail = line, element, detail

    def at(self, *, element: str, line: int) -> Self:
        """Return the same refusal with its place."""
        return type(self)(element=element, detail=self.detail, line=line)


class NotAFile(FormatError):
    """What stands under the name is no ordinary file."""

    code: ClassVar[str] = "statement.not_a_file"


class Unreadable(FormatError):
    """The file is there and the system does not let us read it."""

    code: ClassVar[str] = "statement.unreadable"


class TooLarge(FormatError):
    """The file, or one piece of it, is larger than any honest one."""

    code: ClassVar[str] = "statement.too_large"


class TooDeep(FormatError):
    """Elements stand in each other deeper than any message needs."""

    code: ClassVar[str] = "statement.too_deep"


class NotWellFormed(FormatError):
    """The file is no XML, or ends before it is whole."""

    code: ClassVar[str] = "statement.not_well_formed"


class DoctypeForbidden(FormatError):
    """The file brings a document type: entities are never read, expanded or fetched."""

    code: ClassVar[str] = "statement.doctype"


class WrongEncoding(FormatError):
    """The file is in another encoding than its form asks for."""

    code: ClassVar[str] = "statement.encoding"


class MessageUnknown(FormatError):
    """The file is another message, or another version of it, than was expected."""

    code: ClassVar[str] = "statement.message_unknown"


class ElementMissing(FormatError):
    """An element or a column that is needed is not there."""

    code: ClassVar[str] = "statement.element_missing"


class ElementRepeated(FormatError):
    """An element stands twice where one is allowed."""

    code: ClassVar[str] = "statement.element_repeated"


class ElementMalformed(FormatError):
    """An element or a column holds what its type does not allow."""

    code: ClassVar[str] = "statement.element_malformed"


class TextTooLong(FormatError):
    """A text is longer than its type allows."""

    code: ClassVar[str] = "statement.text_too_long"


class AmountMalformed(FormatError):
    """An amount is not digits with at most two decimals, or is nought where money must move."""

    code: ClassVar[str] = "statement.amount_malformed"


class AmountTooLarge(FormatError):
    """An amount, or a sum of them, is beyond what a ledger can hold."""

    code: ClassVar[str] = "statement.amount_too_large"


class WrongCurrency(FormatError):
    """An amount is in another currency than the account."""

    code: ClassVar[str] = "statement.currency"


class WrongAccount(FormatError):
    """The file speaks of another account than it was expected to."""

    code: ClassVar[str] = "statement.other_account"


class BatchDiffers(FormatError):
    """The details of an entry do not add up to its amount."""

    code: ClassVar[str] = "statement.batch_differs"


class SummaryDiffers(FormatError):
    """A summary's parts do not add up to its whole."""

    code: ClassVar[str] = "statement.summary_differs"


class RowMalformed(FormatError):
    """A line has other columns than the form, or a quote that is never closed."""

    code: ClassVar[str] = "statement.row_malformed"


class TrailerMissing(FormatError):
    """The last line is not the trailer, so the file may be cut."""

    code: ClassVar[str] = "statement.trailer_missing"


class FormMalformed(FormatError):
    """The description of a delimited form is not one."""

    code: ClassVar[str] = "statement.form_malformed"


class OrdersDiffer(FormatError):
    """The number or the sum of the orders is not what the file says."""

    code: ClassVar[str] = "pain.totals_differ"


class ReferenceRepeated(FormatError):
    """Two orders of a file have the same reference."""

    code: ClassVar[str] = "pain.reference_repeated"
