"""One client may try so often, and is told when to come back."""

import pytest

from huoqi.web.errors import RateLimited
from huoqi.web.limits import Rate, RateLimiter


def test_a_burst_passes_and_the_next_try_waits() -> None:
    limiter = RateLimiter(Rate(burst=3, refill_ms=10_000))
    for _ in range(3):
        limiter.take("one", now_ms=1_000)

    with pytest.raises(RateLimited) as refused:
        limiter.take("one", now_ms=1_500)

    assert refused.value.params["retry_after_s"] == 10
    limiter.take("another", now_ms=1_500)


def test_a_token_comes_back_after_its_time() -> None:
    limiter = RateLimiter(Rate(burst=1, refill_ms=2_000))
    limiter.take("one", now_ms=0)
    limiter.take("one", now_ms=2_000)

    with pytest.raises(RateLimited):
        limiter.take("one", now_ms=3_999)


def test_a_refused_try_costs_nothing() -> None:
    limiter = RateLimiter(Rate(burst=1, refill_ms=1_000))
    limiter.take("one", now_ms=0)
    for _ in range(5):
        with pytest.raises(RateLimited):
            limiter.take("one", now_ms=500)

    limiter.take("one", now_ms=1_000)
