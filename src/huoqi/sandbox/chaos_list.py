"""The seeded list of the chaos day: twenty-five troubles, and how each has to be found."""

from dataclasses import dataclass

MANAGER = "fund manager"
ORDER = "order"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row of the list: what goes wrong with whom, and where and as what it has to be found."""

    no: int
    fault: str
    target: str
    found_at_step: str
    expected_class: str
    expected_action: str


TROUBLES = (
    Trouble(1, "statement_missing_line", "ICBC", "11", "missing_in_bank", "mark-received"),
    Trouble(2, "statement_missing_line", "BOC", "11", "missing_in_bank", "mark-received"),
    Trouble(3, "statement_duplicate_line", "CCB", "11", "duplicated_in_bank", "void-line"),
    Trouble(4, "statement_duplicate_line", "ABC", "11", "duplicated_in_bank", "void-line"),
    Trouble(5, "statement_wrong_amount", "ICBC", "11", "amount_mismatch", "replace-line"),
    Trouble(6, "statement_wrong_amount", "CMB", "11", "amount_mismatch", "replace-line"),
    Trouble(7, "statement_unknown_line", "BOC", "11", "not_in_ledger", "create-entry"),
    Trouble(8, "statement_unknown_line", "CEB", "11", "not_in_ledger", "link-to-order"),
    Trouble(9, "statement_late", "PSBC", "10", "file_late", "wait"),
    Trouble(10, "statement_wrong_total", "CITIC", "10", "file_refused", "re-pull"),
    Trouble(11, "bank_down", "SPDB", ORDER, "channel_down", "wait"),
    Trouble(12, "reply_lost", "ICBC", ORDER, "unknown_outcome", "link-to-order"),
    Trouble(13, "executed_late", "CIB", ORDER, "unknown_outcome", "link-to-order"),
    Trouble(14, "callback_duplicated", "CCB", ORDER, "absorbed", "none"),
    Trouble(15, "callback_reordered", "BCOM", ORDER, "absorbed", "none"),
    Trouble(16, "nav_late", MANAGER, "6", "file_late", "wait"),
    Trouble(17, "income_total_off_by_one", MANAGER, "7", "file_refused", "re-pull"),
    Trouble(18, "file_wrong_date", MANAGER, "4", "file_refused", "re-pull"),
    Trouble(19, "file_truncated", MANAGER, "6", "file_refused", "re-pull"),
    Trouble(20, "file_replayed", MANAGER, "4", "absorbed", "none"),
    Trouble(21, "confirmation_partial", MANAGER, "4", "missing_confirmation", "wait"),
    Trouble(22, "amount ending .13", ORDER, "4", "manager_rejected", "none"),
    Trouble(23, "amount ending .17", ORDER, "5", "partly_confirmed", "none"),
    Trouble(24, "card 0012", ORDER, "11", "duplicated_in_bank", "create-entry"),
    Trouble(25, "card 0016", ORDER, "11", "reversed_by_bank", "edit-by-reversal"),
)
