"""Devices: seen at each sign-in, trusted after a step-up, removed with their sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import devices as store
from huoqi.customers.desk import Desk
from huoqi.customers.people import Caller
from huoqi.customers.rules.devices import NAME_CHARACTERS_MAX, device_digest
from huoqi.events.operations import EventDraft, emit, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.vault.operations import Plain


class DeviceUnknown(DomainError):
    """The customer has no such device."""

    code: ClassVar[str] = "device.unknown"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A customer signs in on a device that shows a key; a customer's first one is trusted."""

    customer_no: int
    name: str
    key: str | None
    is_first: bool = False


def device_name_field(device_id: UUID) -> str:
    """Return the place that a device's name is sealed for."""
    return f"device.name/{device_id}"


def see_devices(work: Work, desk: Desk, sightings: Sequence[Sighting]) -> list[UUID | None]:
    """Return the device of each sighting, None where it shows no key; new ones are told of."""
    keyed = {
        (each.customer_no, digest): (work.new_id(), each)
        for each in sightings
        if (digest := device_digest(each.key or "")) is not None
    }
    if not keyed:
        return [None] * len(sightings)
    names = _sealed(work, desk, list(keyed.values()))
    rows = store.see(
        work,
        {
            "shards": [shard_of(number, shards=desk.shards) for number, _ in keyed],
            "device_ids": [device_id for device_id, _ in keyed.values()],
            "customers": [number for number, _ in keyed],
            "keys": [digest for _, digest in keyed],
            "names": names,
            "trusted": [each.is_first for _, each in keyed.values()],
        },
    )
    found = {(row[0], bytes(row[1])): row[2] for row in rows}
    emit_all(work, [EventDraft("customer.device.added", row[2], row[0]) for row in rows if row[3]])
    return [
        found.get((each.customer_no, device_digest(each.key or "") or b"")) for each in sightings
    ]


def trust_device(work: Work, *, caller: Caller) -> None:
    """Trust the device that the caller just stepped up on."""
    if caller.device_id is not None and store.trust(work, _key(caller, caller.device_id)):
        emit(work, EventDraft("customer.device.trusted", caller.device_id, caller.customer_no))


def is_on_trusted_device(work: Work, *, caller: Caller) -> bool:
    """Return whether the caller's device proved itself before."""
    return caller.device_id is not None and store.is_trusted(work, _key(caller, caller.device_id))


def forget_device(work: Work, *, caller: Caller, device_id: UUID) -> list[UUID] | DomainError:
    """Forget a device of the caller's and return the sessions on it, which are to be ended.

    Errors: DeviceUnknown.
    """
    key = _key(caller, device_id)
    sessions = [row[0] for row in store.sessions(work, key)]
    if not store.remove(work, key):
        return DeviceUnknown()
    emit(work, EventDraft("customer.device.removed", device_id, caller.customer_no))
    return sessions


def _sealed(work: Work, desk: Desk, places: Sequence[tuple[UUID, Sighting]]) -> list[bytes | None]:
    """Return each device's name sealed: people put their own names into it."""
    plain = [
        Plain(
            each.customer_no,
            device_name_field(device_id),
            each.name[:NAME_CHARACTERS_MAX].encode(errors="replace").decode(),
        )
        for device_id, each in places
    ]
    return [text if isinstance(text, bytes) else None for text in desk.vault.seal_many(work, plain)]


def _key(caller: Caller, device_id: UUID) -> dict[str, object]:
    return {
        "shard": caller.shard,
        "customer_no": caller.customer_no,
        "device_id": device_id,
    }
