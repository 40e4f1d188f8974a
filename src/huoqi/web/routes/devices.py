"""Devices that signed in: list them, and remove one with its sessions."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from huoqi.customers.operations import Caller, remove_device
from huoqi.customers.queries import Device, devices_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Customer
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import DoneAnswer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Devices"], route_class=StrictRoute)


class KnownDeviceView(Shape):
    """A device that the customer signed in on."""

    device_id: UUID
    name: str = Field(description="What the app calls it, else the kind of browser and system.")
    first_seen_at: str
    last_seen_at: str = Field(description="The last sign-in on it.")
    is_current: bool
    trusted: bool = Field(
        description="Whether it was registered on, or a step-up was made on it: by payment "
        "password, or by a passkey of another device."
    )


@router.get("/devices", operation_id="devices_list")
def devices_list(door: Customer) -> Page[KnownDeviceView]:
    """List the devices that the customer signed in on, the last one first."""
    vault = door.machine.platform.vault
    return door.ask(
        lambda work, caller: page(
            [_view(each) for each in devices_of(work, vault, caller=caller)],
            next_cursor=None,
            at=work.at,
        )
    )


@router.delete("/devices/{device_id}", operation_id="devices_remove")
def devices_remove(door: Customer, device_id: UUID) -> DoneAnswer:
    """Forget a device and end its sessions; if it signs in again it is a new one."""

    def removed(work: Work, caller: Caller) -> DoneAnswer | DomainError:
        refusal = remove_device(work, caller=caller, device_id=device_id)
        return refusal or DoneAnswer(business_time=shown_at(work.at))

    return door.act_on_security(removed)


def _view(each: Device) -> KnownDeviceView:
    return KnownDeviceView(
        device_id=each.device_id,
        name=each.name,
        first_seen_at=shown_at(each.first_seen_at),
        last_seen_at=shown_at(each.last_seen_at),
        is_current=each.is_current,
        trusted=each.is_trusted,
    )
