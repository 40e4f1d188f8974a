"""What people are called for: each alert with its gauge, its limit, its patience and its page.

The rules file of Prometheus (docs/operating/alerts.yml) and `huoqi doctor` both come from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

RUNBOOK = "/docs/runbook/"


class Severity(StrEnum):
    """How soon somebody has to look."""

    PAGE = "page"  # now, also at night
    TICKET = "ticket"  # today


class Compare(StrEnum):
    """How a gauge is held against a limit."""

    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure of a gauge, with what it is of."""

    gauge: str
    value: int
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is watched: its name on the metrics page, what it says, its labels."""

    name: str
    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody is called when a gauge is beyond a limit for some minutes."""

    name: str
    gauge: str
    compare: Compare
    limit: int
    minutes: int
    severity: Severity
    page: str
    text: str
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rings_for(self, sample: Sample) -> bool:
        """Tell whether a figure is one to call somebody for, if it stays."""
        if sample.gauge != self.gauge:
            return False
        if any(sample.labels.get(name) not in values for name, values in self.only.items()):
            return False
        if self.compare is Compare.ABOVE:
            return sample.value > self.limit
        return sample.value < self.limit

    @property
    def expression(self) -> str:
        """Return the alert as a question to Prometheus.

        >>> alert("HuoqiUnknownOrdersOld").expression
        'huoqi_unknown_orders{age=~"1-3d|over_3d"} > 0'
        """
        wanted = ",".join(f'{name}=~"{"|".join(values)}"' for name, values in self.only.items())
        labels = f"{{{wanted}}}" if wanted else ""
        return f"{self.gauge}{labels} {self.compare.value} {self.limit}"


_DAY_S = 86_400
GAUGES: Sequence[Gauge] = (
    Gauge("huoqi_watch_sound", "1 while the figures below could be read."),
    Gauge("huoqi_unknown_orders", "Payments whose outcome nobody has proven, by age.", ("age",)),
    Gauge("huoqi_advance_line_free_permille", "What is left of the advance line.", ("fund",)),
    Gauge("huoqi_calendar_days_left", "Days until the end of the trading calendar."),
    Gauge("huoqi_chain_sound", "1 if the last check of the ledger's chains found nothing."),
    Gauge("huoqi_chain_checked_seconds", "Seconds since that check."),
    Gauge("huoqi_statements_late", "Days whose bank statement is late or not whole.", ("bank",)),
    Gauge("huoqi_open_breaks", "Rows that do not tie and wait.", ("break_class", "age")),
    Gauge("huoqi_blocked_days", "Days whose close is blocked.", ("fund",)),
    Gauge("huoqi_unsealed_days", "Closed days that three have not signed.", ("fund",)),
    Gauge("huoqi_work_waits_tries", "How often late daily work was asked for.", ("fund", "kind")),
    Gauge("huoqi_banks_down", "1 for a bank that is not sent anything now.", ("bank",)),
    Gauge("huoqi_payouts_stopped", "1 while customers' money does not tie and none goes out."),
    Gauge("huoqi_backup_seconds", "Seconds since the last base or the last of the log.", ("what",)),
    Gauge("huoqi_backup_failing", "1 while the log cannot be brought to the backup."),
    Gauge("huoqi_drill_seconds", "Seconds since the last restore drill."),
    Gauge("huoqi_drill_doubts", "What that drill found to differ."),
    Gauge("huoqi_webhook_lag", "Events that a receiver has not had yet.", ("endpoint",)),
    Gauge("huoqi_disk_free_permille", "What is free of a disk.", ("of",)),
)
_OVER, _UNDER = Compare.ABOVE, Compare.BELOW
_PAGE, _TICKET = Severity.PAGE, Severity.TICKET
_BANK_CLASSES = ("duplicated_in_bank", "bank_only_after_reject")
ALERTS: Sequence[Alert] = (
    Alert(
        *("HuoqiNotWatched", "huoqi_watch_sound", _UNDER, 1, 5, _PAGE, "not-watched"),
        "Nobody can see how the company is: its database does not answer.",
    ),
    Alert(
        *("HuoqiUnknownOrdersMany", "huoqi_unknown_orders", _OVER, 50, 15, _PAGE),
        *("unknown-orders", "More than fifty payments are unknown; a bank may be down."),
    ),
    Alert(
        *("HuoqiUnknownOrdersOld", "huoqi_unknown_orders", _OVER, 0, 15, _TICKET),
        *("unknown-orders", "A payment is unknown for more than a day."),
        {"age": ("1-3d", "over_3d")},
    ),
    Alert(
        *("HuoqiAdvanceLineLow", "huoqi_advance_line_free_permille", _UNDER, 150, 5, _PAGE),
        *("advance-line-low", "Less than 15 % of the line behind fast redemptions is left."),
    ),
    Alert(
        *("HuoqiCalendarEnds", "huoqi_calendar_days_left", _UNDER, 45, 60, _TICKET),
        *("calendar-ends", "The trading calendar ends soon; orders beyond it are refused."),
    ),
    Alert(
        *("HuoqiChainBroken", "huoqi_chain_sound", _UNDER, 1, 0, _PAGE),
        *("chain-verify-fails", "The ledger is not as it was written."),
    ),
    Alert(
        *("HuoqiChainNotChecked", "huoqi_chain_checked_seconds", _OVER, 2 * _DAY_S, 60, _TICKET),
        *("chain-verify-fails", "The ledger was not checked for two days."),
    ),
    Alert(
        *("HuoqiStatementLate", "huoqi_statements_late", _OVER, 0, 120, _TICKET),
        *("statement_late", "A bank's statement is late or not whole."),
    ),
    Alert(
        *("HuoqiBreaksOld", "huoqi_open_breaks", _OVER, 0, 15, _TICKET),
        *("breaks-old", "Something does not tie for two days or more."),
        {"age": ("2-3", "4-7", "over_7")},
    ),
    Alert(
        *("HuoqiMoneyMovedTwice", "huoqi_open_breaks", _OVER, 0, 5, _PAGE),
        *("double-execution", "A bank moved money that it was not to move, or twice."),
        {"break_class": _BANK_CLASSES},
    ),
    Alert(
        *("HuoqiCloseBlocked", "huoqi_blocked_days", _OVER, 0, 60, _PAGE),
        *("close-blocked", "A day does not close."),
    ),
    Alert(
        *("HuoqiDaysUnsealed", "huoqi_unsealed_days", _OVER, 1, 60, _TICKET),
        *("unsealed-days", "Closed days lack a signature."),
    ),
    Alert(
        *("HuoqiManagerLate", "huoqi_work_waits_tries", _OVER, 8, 5, _TICKET),
        *("manager-late", "The fund manager's answer is late by hours."),
    ),
    Alert(
        *("HuoqiBankDown", "huoqi_banks_down", _OVER, 0, 30, _TICKET),
        *("bank-down", "A bank is not sent anything for half an hour."),
    ),
    Alert(
        *("HuoqiPayoutsStopped", "huoqi_payouts_stopped", _OVER, 0, 0, _PAGE),
        *("payouts-stopped", "Customers' money does not tie; nothing is paid out."),
    ),
    Alert(
        *("HuoqiBackupOld", "huoqi_backup_seconds", _OVER, 2 * _DAY_S, 30, _PAGE),
        *("backup-old", "The last base backup is older than two days."),
        {"what": ("base",)},
    ),
    Alert(
        *("HuoqiBackupFails", "huoqi_backup_failing", _OVER, 0, 10, _PAGE),
        *("backup-old", "The log does not reach the backup."),
    ),
    Alert(
        *("HuoqiDrillOld", "huoqi_drill_seconds", _OVER, 35 * _DAY_S, 60, _TICKET),
        *("restore", "No restore drill for five weeks."),
    ),
    Alert(
        *("HuoqiDrillFailed", "huoqi_drill_doubts", _OVER, 0, 0, _PAGE),
        *("restore", "The restored books are not those that were sealed."),
    ),
    Alert(
        *("HuoqiWebhooksLag", "huoqi_webhook_lag", _OVER, 1_000, 15, _TICKET),
        *("webhooks-lag", "A receiver of webhooks is a thousand events behind."),
    ),
    Alert(
        *("HuoqiDiskFull", "huoqi_disk_free_permille", _UNDER, 100, 5, _PAGE),
        *("disk-full", "Less than 10 % of a disk is free."),
    ),
)


def alert(name: str) -> Alert:
    """Return an alert by its name."""
    return next(each for each in ALERTS if each.name == name)


def ringing(samples: Iterable[Sample]) -> list[tuple[Alert, Sample]]:
    """Return the alerts that figures are beyond, with the figure, in the order of the list."""
    known = list(samples)
    return [(each, sample) for each in ALERTS for sample in known if each.rings_for(sample)]


def age_of_unknown(seconds: int) -> str:
    """Return the band of an unknown payment's age.

    >>> [age_of_unknown(n) for n in (60, 3_600, 90_000, 300_000)]
    ['under_15m', '15m-1d', '1-3d', 'over_3d']
    """
    bands = ((900, "under_15m"), (_DAY_S, "15m-1d"), (3 * _DAY_S, "1-3d"))
    return next((name for most, name in bands if seconds < most), "over_3d")


def rules_file(*, address: str = "http://localhost:8315") -> str:
    """Return the rules as Prometheus reads them."""
    lines = [
        "# Made by `huoqi doctor --rules`; edit src/huoqi/close/rules/alerts.py instead.",
        "groups:",
        "  - name: huoqi",
        "    rules:",
    ]
    for each in ALERTS:
        text = each.text.replace("'", "''")
        lines += [
            f"      - alert: {each.name}",
            f"        expr: '{each.expression}'",
            f"        for: {each.minutes}m",
            "        labels:",
            f"          severity: {each.severity.value}",
            "        annotations:",
            f"          summary: '{text}'",
            f"          runbook_url: {address}{RUNBOOK}{each.page}",
        ]
    return "\n".join(lines) + "\n"
