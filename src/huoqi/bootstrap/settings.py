"""Settings: a handful of environment variables, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from huoqi.customers.device_makers.port import Provider
from huoqi.kit.errors import DomainError

Mode = Literal["sandbox", "live"]
#: How the fund manager is spoken to: in the database as a simulation, or in files over a folder.
ManagerKind = Literal["simulated", "files"]
#: How banks are spoken to: in the database as a simulation, over HTTP, or in files over a folder.
BanksKind = Literal["database", "http", "files"]

DEFAULT_PORT = 8315
DEFAULT_SHARDS = 2
DEFAULT_SEED = 20150511


class SettingMalformed(DomainError):
    """An environment variable has a value that cannot be used."""

    code: ClassVar[str] = "setting.malformed"


class ProxiesMissing(DomainError):
    """A public name needs HUOQI_PROXIES: the address of the proxy that speaks HTTPS for it."""

    code: ClassVar[str] = "setting.proxies_missing"


@dataclass(frozen=True)
class Settings:
    """Where things are and how the platform runs.

    ``data`` folder for the embedded database, keys and books; ``dsn`` an outside PostgreSQL, or
    None for the embedded one; ``shards`` counts only when a database is set up; ``app`` a folder
    of built screens, None for those that are built here; ``rp_id`` the domain that passkeys belong
    to, None for localhost; ``oidc`` the device maker whose accounts may sign in; ``proxies`` the
    addresses, with commas between, whose X-Forwarded-For and -Proto are believed; ``support`` the
    address that customers write to; ``manager`` how the fund manager is spoken to, and
    ``manager_folder`` where its files pass; ``banks`` how banks are spoken to.
    """

    root: Path
    data: Path
    dsn: str | None
    mode: Mode
    host: str
    port: int
    shards: int
    seed: int
    is_rehearsal: bool = False
    app: Path | None = None
    rp_id: str | None = None
    oidc: Provider | None = None
    proxies: str = ""
    support: str = ""
    manager: ManagerKind = "simulated"
    manager_files: Path | None = None
    watch_list: Path | None = None
    banks: BanksKind = "database"

    @property
    def manager_folder(self) -> Path:
        """Return the folder where a manager's files pass: HUOQI_MANAGER_FOLDER, or in the data."""
        return self.manager_files or self.data / "manager"

    @property
    def banks_folder(self) -> Path:
        """Return the folder of the banks outside: their process, its books, and files that pass."""
        return self.data / "banks"

    @property
    def app_sources(self) -> Path:
        """Return the folder of the screens' sources."""
        return self.root / "app"

    @property
    def app_dist(self) -> Path:
        """Return the folder of the built screens: HUOQI_APP, or beside their sources.

        From a checkout that cannot be written to they are built in the data folder.
        """
        if self.app is not None:
            return self.app
        here = self.app_sources if os.access(self.app_sources, os.W_OK) else self.data / "app"
        return here / "dist"


def read_settings(environ: Mapping[str, str], *, root: Path) -> Settings:
    """Return the settings; raise SettingMalformed naming the variable that is wrong."""
    mode = environ.get("HUOQI_MODE", "sandbox")
    if mode not in {"sandbox", "live"}:
        raise SettingMalformed(variable="HUOQI_MODE", expected="sandbox or live")
    data = Path(environ.get("HUOQI_DATA") or root / ".huoqi").expanduser().absolute()
    files = _path(environ, "HUOQI_MANAGER_FOLDER")
    return Settings(
        root=root,
        data=data,
        dsn=environ.get("HUOQI_DSN") or None,
        mode="live" if mode == "live" else "sandbox",
        host=environ.get("HUOQI_HOST", "127.0.0.1"),
        port=_number(environ, "HUOQI_PORT", DEFAULT_PORT, most=65_535),
        shards=_number(environ, "HUOQI_SHARDS", DEFAULT_SHARDS, most=1_024),
        seed=_number(environ, "HUOQI_SEED", DEFAULT_SEED, most=2**63 - 1),
        is_rehearsal=environ.get("HUOQI_REHEARSAL") == "1",
        rp_id=environ.get("HUOQI_RP_ID") or None,
        oidc=_provider(environ),
        proxies=environ.get("HUOQI_PROXIES", "").replace(" ", ""),
        support=environ.get("HUOQI_SUPPORT", "").strip(),
        app=_path(environ, "HUOQI_APP"),
        manager=_manager(environ, folder=files or data / "manager"),
        manager_files=files,
        watch_list=_path(environ, "HUOQI_WATCH_LIST"),
        banks=_banks(environ, folder=data / "banks"),
    )


def require_https(settings: Settings) -> None:
    """Return nothing where cookies will be Secure; raise ProxiesMissing.

    The server itself speaks plain HTTP. In live mode, under a public name, it has to believe the
    proxy before it that a request came over HTTPS, or it would sign customers in without that.
    """
    is_public = settings.rp_id not in {None, "localhost"}
    if settings.mode == "live" and is_public and not settings.proxies:
        raise ProxiesMissing(variable="HUOQI_PROXIES", because="HUOQI_RP_ID")


def address_file(settings: Settings) -> Path:
    """Return the file that tells where the server on a data folder listens, while it does."""
    return settings.data / "address"


def served_address(settings: Settings) -> str:
    """Return where the server on this data folder listens, or where it would by default."""
    try:
        return address_file(settings).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return f"http://localhost:{settings.port}"


def _provider(environ: Mapping[str, str]) -> Provider | None:
    """Return the provider of device accounts, None for none; all of it or nothing."""
    names = ("HUOQI_OIDC_ISSUER", "HUOQI_OIDC_CLIENT_ID", "HUOQI_OIDC_CLIENT_SECRET")
    issuer, client_id, secret = (environ.get(name, "") for name in names)
    if not issuer and not client_id and not secret:
        return None
    if not issuer.startswith("https://"):
        raise SettingMalformed(variable=names[0], expected="an address that begins with https://")
    for variable, value in ((names[1], client_id), (names[2], secret)):
        if not value:
            raise SettingMalformed(variable=variable, expected="the name or secret of the client")
    return Provider(issuer, client_id, secret)


def _path(environ: Mapping[str, str], variable: str) -> Path | None:
    text = environ.get(variable)
    return Path(text).expanduser().absolute() if text else None


def _manager(environ: Mapping[str, str], *, folder: Path) -> ManagerKind:
    """Return how the manager is spoken to; without a word, as it was before in this folder."""
    said = environ.get("HUOQI_MANAGER") or ""
    if said not in {"", "simulated", "files"}:
        raise SettingMalformed(variable="HUOQI_MANAGER", expected="simulated or files")
    if said:
        return "files" if said == "files" else "simulated"
    is_named = bool(environ.get("HUOQI_MANAGER_FOLDER"))
    return "files" if is_named or (folder / "to_manager").is_dir() else "simulated"


def _banks(environ: Mapping[str, str], *, folder: Path) -> BanksKind:
    """Return how banks are spoken to; without a word, as it was before in this folder."""
    said = environ.get("HUOQI_BANKS") or ""
    kinds: dict[str, BanksKind] = {"database": "database", "http": "http", "files": "files"}
    if said:
        if said not in kinds:
            raise SettingMalformed(variable="HUOQI_BANKS", expected="database, http or files")
        return kinds[said]
    if (folder / "to_bank").is_dir():
        return "files"
    return "http" if (folder / "keys.json").exists() else "database"


def _number(environ: Mapping[str, str], variable: str, default: int, *, most: int) -> int:
    text = environ.get(variable)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= most:
        raise SettingMalformed(variable=variable, expected=f"a whole number from 1 to {most}")
    return int(text)
