"""Settings of the sign-in: the domain of passkeys, and the device maker."""

from pathlib import Path

import pytest

from huoqi.bootstrap.server import SANDBOX_SUPPORT, web_settings
from huoqi.bootstrap.settings import (
    ProxiesMissing,
    SettingMalformed,
    read_settings,
    require_https,
)
from huoqi.customers.device_makers.port import Provider
from huoqi.customers.operations import RelyingParty

MAKER = {
    "HUOQI_OIDC_ISSUER": "https://account.maker.example",
    "HUOQI_OIDC_CLIENT_ID": "huoqi",
    "HUOQI_OIDC_CLIENT_SECRET": "kept elsewhere",
}


def test_passkeys_belong_to_localhost_at_the_port_that_is_served(tmp_path: Path) -> None:
    settings = read_settings({}, root=tmp_path)

    party = web_settings(settings, port=8317).party

    assert party == RelyingParty("localhost", ("http://localhost:8317",))


def test_customers_write_to_the_address_that_is_set_or_an_invented_one_in_a_sandbox(
    tmp_path: Path,
) -> None:
    own = {"HUOQI_SUPPORT": "care@money.example"}
    live = {"HUOQI_MODE": "live"}

    told = [
        web_settings(read_settings(environ, root=tmp_path), port=8317).support
        for environ in ({}, own, live | own, live)
    ]

    assert told == [SANDBOX_SUPPORT, "care@money.example", "care@money.example", ""]


def test_passkeys_of_a_domain_are_asked_for_over_https_only(tmp_path: Path) -> None:
    settings = read_settings({"HUOQI_RP_ID": "money.example"}, root=tmp_path)

    party = web_settings(settings, port=8317).party

    assert party == RelyingParty("money.example", ("https://money.example",))


def test_a_device_maker_is_named_in_full_and_its_secret_is_not_shown(tmp_path: Path) -> None:
    settings = read_settings(MAKER, root=tmp_path)

    assert settings.oidc == Provider("https://account.maker.example", "huoqi", "kept elsewhere")
    assert "kept elsewhere" not in repr(settings)
    assert read_settings({}, root=tmp_path).oidc is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HUOQI_OIDC_ISSUER", ""),
        ("HUOQI_OIDC_ISSUER", "http://account.maker.example"),
        ("HUOQI_OIDC_CLIENT_ID", ""),
        ("HUOQI_OIDC_CLIENT_SECRET", ""),
    ],
)
def test_half_a_device_maker_is_refused_by_name(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingMalformed) as refused:
        read_settings({**MAKER, variable: value}, root=tmp_path)

    assert refused.value.params["variable"] == variable


def test_a_live_platform_under_a_public_name_has_to_know_its_proxy(tmp_path: Path) -> None:
    public = {"HUOQI_MODE": "live", "HUOQI_RP_ID": "money.example"}
    with pytest.raises(ProxiesMissing) as refused:
        require_https(read_settings(public, root=tmp_path))
    assert refused.value.params == {"variable": "HUOQI_PROXIES", "because": "HUOQI_RP_ID"}

    for fine in (
        {**public, "HUOQI_PROXIES": "127.0.0.1"},
        {**public, "HUOQI_MODE": "sandbox"},
        {**public, "HUOQI_RP_ID": "localhost"},
        {"HUOQI_MODE": "live"},
    ):
        require_https(read_settings(fine, root=tmp_path))


def test_a_company_in_files_stays_with_them_without_being_told_again(tmp_path: Path) -> None:
    at = {"HUOQI_DATA": str(tmp_path / "data")}
    fresh = read_settings(at, root=tmp_path)
    named = read_settings(at | {"HUOQI_MANAGER_FOLDER": str(tmp_path / "drop")}, root=tmp_path)
    (fresh.manager_folder / "to_manager").mkdir(parents=True)

    assert (fresh.manager, fresh.manager_folder) == ("simulated", tmp_path / "data" / "manager")
    assert (named.manager, named.manager_folder) == ("files", tmp_path / "drop")
    assert read_settings(at, root=tmp_path).manager == "files"
    assert read_settings(at | {"HUOQI_MANAGER": "simulated"}, root=tmp_path).manager == "simulated"
    with pytest.raises(SettingMalformed):
        read_settings(at | {"HUOQI_MANAGER": "fax"}, root=tmp_path)


def test_banks_are_spoken_to_as_is_said_or_as_it_was_before(tmp_path: Path) -> None:
    data = {"HUOQI_DATA": str(tmp_path)}
    folder = tmp_path / "banks"

    assert read_settings(data, root=tmp_path).banks == "database"
    for said in ("database", "http", "files"):
        assert read_settings({**data, "HUOQI_BANKS": said}, root=tmp_path).banks == said
    with pytest.raises(SettingMalformed) as refused:
        read_settings({**data, "HUOQI_BANKS": "swift"}, root=tmp_path)
    assert refused.value.params["variable"] == "HUOQI_BANKS"
    folder.mkdir()
    (folder / "keys.json").touch()
    assert read_settings(data, root=tmp_path).banks == "http"
    (folder / "to_bank").mkdir()
    assert read_settings(data, root=tmp_path).banks == "files"
    assert read_settings(data, root=tmp_path).banks_folder == folder
