"""What the HTTP entrance can be told from outside."""

from dataclasses import dataclass, field

from huoqi.customers.operations import RelyingParty
from huoqi.web.limits import Rate

_LOCAL = RelyingParty("localhost", ("http://localhost:8315",))


@dataclass(frozen=True)
class WebSettings:
    """Sizes and rates of one server process.

    ``read_threads`` bounds how many reads run at once; ``money_workers`` how many batches of
    purchases run side by side: they want the same locks, so that one of twice the size does
    more with less work, unless the disk is very slow. The rates protect
    one process against floods: codes and sign-ins by address, step-ups by session. They are wide,
    since one address may be many customers' proxy; guessing is stopped by the customers' own
    counts of wrong codes and passwords. ``party`` is who we are to passkeys; ``support`` is
    where customers write to.
    """

    read_threads: int = 6
    money_workers: int = 1
    code_rate: Rate = field(default_factory=lambda: Rate(burst=100, refill_ms=1_000))
    sign_in_rate: Rate = field(default_factory=lambda: Rate(burst=100, refill_ms=1_000))
    step_up_rate: Rate = field(default_factory=lambda: Rate(burst=10, refill_ms=6_000))
    party: RelyingParty = _LOCAL
    support: str = ""
