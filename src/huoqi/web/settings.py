"""What the HTTP entrance can be told from outside."""

from dataclasses import dataclass, field

from huoqi.web.limits import Rate


@dataclass(frozen=True)
class WebSettings:
    """Sizes and rates of one server process.

    ``read_threads`` bounds how many reads run at once; ``money_workers`` how many batches of one
    kind; the rates protect against guessing, a client being an address or a session.
    """

    read_threads: int = 6
    money_workers: int = 1
    code_rate: Rate = field(default_factory=lambda: Rate(burst=5, refill_ms=12_000))
    sign_in_rate: Rate = field(default_factory=lambda: Rate(burst=10, refill_ms=6_000))
    step_up_rate: Rate = field(default_factory=lambda: Rate(burst=10, refill_ms=6_000))
