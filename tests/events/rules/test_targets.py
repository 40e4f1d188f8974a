"""Where webhooks may go, and where a sandbox lets them go besides."""

import pytest

from huoqi.events.rules.targets import Target, TargetRefused, require_addresses, target_of

OPEN, PRIVATE, LOOPBACK = "93.184.216.34", "10.0.0.8", "127.0.0.1"


def reason_of(url: str, *, in_sandbox: bool) -> object:
    with pytest.raises(TargetRefused) as refused:
        target_of(url, in_sandbox=in_sandbox)
    return refused.value.params["reason"]


def test_https_is_taken_apart() -> None:
    assert target_of("https://example.com/a?b=1", in_sandbox=False) == Target(
        "https", "example.com", 443, "/a?b=1", is_loopback=False
    )
    assert target_of("https://example.com:8443", in_sandbox=True).port == 8443


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9000/in",
        "http://a.localhost/in",
        "http://127.0.0.1/in",
        "http://[::1]:1/in",
    ],
)
def test_this_machine_is_for_a_sandbox(url: str) -> None:
    assert target_of(url, in_sandbox=True).is_loopback
    assert reason_of(url, in_sandbox=False) == "not_https"


def test_this_machine_over_https_is_for_a_sandbox_too() -> None:
    assert target_of("https://localhost/in", in_sandbox=True).is_loopback
    assert reason_of("https://localhost/in", in_sandbox=False) == "this_machine"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "not_https"),
        ("http://localhost.example.com/", "not_https"),
        ("ftp://example.com/", "malformed"),
        ("https:///path", "malformed"),
        ("https://exa mple.com/", "malformed"),
        ("https://例子.cn/", "malformed"),
        ("https://example.com:99999/", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://example.com/" + "a" * 500, "malformed"),
        ("https://me@example.com/", "user_in_address"),
        ("https://:word@example.com/", "user_in_address"),
        ("https://example.com/#top", "fragment"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(url: str, reason: str) -> None:
    assert reason_of(url, in_sandbox=True) == reason


def test_a_name_of_the_open_network_may_be_called() -> None:
    require_addresses(target_of("https://a.cn/", in_sandbox=False), [OPEN], in_sandbox=False)


@pytest.mark.parametrize(
    "address",
    ["2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34", "2002:5db8:d822::"],
)
def test_an_open_address_may_be_called_however_it_is_written(address: str) -> None:
    require_addresses(target_of("https://a.cn/", in_sandbox=False), [address], in_sandbox=False)


@pytest.mark.parametrize(
    "address",
    [
        *(PRIVATE, LOOPBACK, "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1"),
        *("fe80::1%eth0", "fd00::1", "fec0::1", "ff0e::1"),
        # Private IPv4 addresses inside of IPv6 ones: mapped, translated, tunnelled, compatible.
        *("::ffff:10.0.0.8", "64:ff9b::a00:8", "64:ff9b:1::a00:8", "2002:a00:8::", "::10.0.0.8"),
    ],
)
def test_a_name_that_leads_inside_may_not_be_called(address: str) -> None:
    target = target_of("https://a.cn/", in_sandbox=False)

    with pytest.raises(TargetRefused) as refused:
        require_addresses(target, [OPEN, address], in_sandbox=False)
    assert refused.value.params["reason"] == "private_address"
    require_addresses(target, [OPEN, address], in_sandbox=True)


def test_a_name_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(TargetRefused):
        require_addresses(target_of("https://a.cn/", in_sandbox=True), [], in_sandbox=True)


def test_a_local_name_that_leads_away_is_refused() -> None:
    target = target_of("http://a.localhost/", in_sandbox=True)

    require_addresses(target, [LOOPBACK, "::1"], in_sandbox=True)
    with pytest.raises(TargetRefused) as refused:
        require_addresses(target, [OPEN], in_sandbox=True)
    assert refused.value.params["reason"] == "not_this_machine"
