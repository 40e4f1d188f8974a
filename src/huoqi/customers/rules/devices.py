"""Devices: which are known, and what a new one must show before money moves from it."""

import re
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from huoqi.kit.errors import DomainError

NAME_CHARACTERS_MAX = 80
_KEY = re.compile(r"[A-Za-z0-9_-]{22,128}", re.ASCII)


class DevicePasswordRequired(DomainError):
    """The device is new and the passkey was made on it: enter the payment password once."""

    code: ClassVar[str] = "device.password_required"


def device_digest(key: str) -> bytes | None:
    """Return what is stored of a device's key, None for what is no key of ours.

    >>> device_digest("phone") is None, len(device_digest("k" * 32))
    (True, 32)
    """
    return sha256(key.encode()).digest() if _KEY.fullmatch(key) else None


def refusal_of_passkey(
    *, is_trusted: bool, session_device: UUID | None, passkey_device: UUID | None
) -> DomainError | None:
    """Return why a passkey may not approve money on a device, None if it may.

    On a device that never proved itself, a passkey made there proves only that whoever holds it
    signed in once. One that another device of the customer's made proves more.
    """
    if is_trusted or (passkey_device is not None and passkey_device != session_device):
        return None
    return DevicePasswordRequired()
