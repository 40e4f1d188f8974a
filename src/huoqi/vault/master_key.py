"""The installation's master key: 32 bytes in a file that only its owner may read."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import ClassVar

from huoqi.kit.errors import DomainError
from huoqi.vault.rules.sealing import KEY_BYTES

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class MasterKeyExposed(DomainError):
    """Others than the owner may read the master key file: chmod 600 it, or replace the key."""

    code: ClassVar[str] = "vault.master_key_exposed"


class MasterKeyMalformed(DomainError):
    """The master key file does not hold 32 bytes in hexadecimal; restore it from its copy."""

    code: ClassVar[str] = "vault.master_key_malformed"


class MasterKeyMissing(DomainError):
    """There is no master key here; bring its file, or combine its shares (huoqi key combine)."""

    code: ClassVar[str] = "vault.master_key_missing"


def read_master_key(path: Path) -> bytes:
    """Return the master key of a file; raise MasterKeyMissing, never make one."""
    try:
        return _load(path)
    except FileNotFoundError as error:
        raise MasterKeyMissing(file=str(path)) from error


def write_master_key(path: Path, key: bytes) -> None:
    """Write a master key where there is none, mode 0600; the same one there already is well.

    Raises MasterKeyThere.
    """
    assert len(key) == KEY_BYTES
    try:
        _create(path, key)
    except FileExistsError as error:
        if _load(path) != key:
            raise MasterKeyThere(file=str(path)) from error


class MasterKeyThere(DomainError):
    """Another master key is in the file; move it away first, it is never written over."""

    code: ClassVar[str] = "vault.master_key_there"


def load_or_create_master_key(path: Path) -> bytes:
    """Return the master key, made with mode 0600 if the file is not there.

    Everything private in the database is lost with this file: keep a copy elsewhere.
    """
    with contextlib.suppress(FileExistsError):
        _create(path, secrets.token_bytes(KEY_BYTES))
    return _load(path)


def _create(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    if path.exists():
        raise FileExistsError(path)
    # Written beside and linked: a reader never meets a half-written key.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, flags, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()


def _load(path: Path) -> bytes:
    with path.open(encoding="ascii", errors="replace") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise MasterKeyExposed(file=path.name)
        text = file.read().strip()
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise MasterKeyMalformed(file=path.name) from error
    if len(key) != KEY_BYTES:
        raise MasterKeyMalformed(file=path.name)
    return key
