"""Test keys work in a sandbox, live keys in a live installation, and roles say what for."""

import pytest

from huoqi.customers.rules.api_keys import (
    Installation,
    LabelMalformed,
    LiveKey,
    Mode,
    RoleMissing,
    RoleUnknown,
    SandboxOnly,
    TestKey,
    check_key_request,
    mode_of_installation,
    mode_of_key,
    require_mode,
    require_role,
    require_sandbox,
)

SECRET = "aB3" + "x" * 29


def test_a_key_says_its_mode() -> None:
    assert mode_of_key(f"hq_test_{SECRET}") == "test"
    assert mode_of_key(f"hq_live_{SECRET}") == "live"


@pytest.mark.parametrize("text", ["", "hq_test_", f"hq_prod_{SECRET}", f"hq_test_{SECRET}x"])
def test_other_texts_are_no_keys(text: str) -> None:
    assert mode_of_key(text) is None


def test_keys_work_in_their_own_kind_of_installation() -> None:
    require_mode(mode_of_installation("sandbox"), installation="sandbox")
    require_mode(mode_of_installation("live"), installation="live")
    with pytest.raises(LiveKey):
        require_mode("live", installation="sandbox")
    with pytest.raises(TestKey):
        require_mode("test", installation="live")


@pytest.mark.parametrize(
    ("mode", "installation"), [("live", "sandbox"), ("test", "live"), ("live", "live")]
)
def test_sandbox_routes_are_for_test_keys_in_a_sandbox(
    mode: Mode, installation: Installation
) -> None:
    require_sandbox("test", installation="sandbox")
    with pytest.raises(SandboxOnly):
        require_sandbox(mode, installation=installation)


def test_a_role_must_be_among_the_keys_roles() -> None:
    require_role(frozenset({"finance", "viewer"}), role="finance")
    with pytest.raises(RoleMissing, match=r"role=approver"):
        require_role(frozenset({"finance"}), role="approver")


def test_a_key_is_asked_for_with_an_alias_and_known_roles() -> None:
    check_key_request("nightly-close.1", frozenset({"operator", "viewer"}))
    for label in ("", "Li Wei", "x" * 41):
        with pytest.raises(LabelMalformed):
            check_key_request(label, frozenset({"viewer"}))
    for roles in (frozenset[str](), frozenset({"viewer", "king"})):
        with pytest.raises(RoleUnknown):
            check_key_request("nightly", roles)
