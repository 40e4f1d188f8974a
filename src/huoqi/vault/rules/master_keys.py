"""What is derived from a master key beside the vault's own keys, and what tells two keys apart."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huoqi.vault.rules.sealing import KEY_BYTES

_ID_BYTES = 8


def fingerprint(master_key: bytes) -> str:
    """Return 16 hexadecimal digits that tell which key it is, and nothing about it.

    >>> fingerprint(bytes(range(32)))
    '6502380dc9376340'
    """
    return _derived(master_key, b"huoqi/master/fingerprint/v1", length=_ID_BYTES).hex()


def backup_secret(master_key: bytes) -> bytes:
    """Return the key under which backups are sealed."""
    return _derived(master_key, b"huoqi/backup/v1", length=KEY_BYTES)


def _derived(master_key: bytes, info: bytes, *, length: int) -> bytes:
    assert len(master_key) == KEY_BYTES
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(master_key)
