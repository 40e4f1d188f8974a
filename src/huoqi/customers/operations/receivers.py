"""Finding whom money is sent to: by phone number, only for whoever knows the name as well."""

from huoqi.customers._store import people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.opening import directory_keys
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.people import Customer, Identity
from huoqi.customers.rules.phone import parse_mobile
from huoqi.kit.db import Work
from huoqi.kit.shards import shard_of


def receiver_named(work: Work, desk: Desk, *, phone: str, name: str) -> Customer | None:
    """Return the customer with a phone and a name who can receive money, None otherwise.

    Nothing tells apart a number that nobody has, another name, and an account that is frozen or
    closed: numbers cannot be tried out. Raises PhoneMalformed.
    """
    number = parse_mobile(phone)
    key = (people.PHONE_KIND, desk.phone_pseudonym(number), 0)
    (customer_no,) = people.owners(work, directory_keys(desk, [key]))
    if customer_no is None:
        return None
    shard = shard_of(customer_no, shards=desk.shards)
    (row,) = people.some(work, shards=[shard], customers=[customer_no])
    customer = Customer(*row)
    (identity,) = identities_of(work, desk, [customer_no])
    is_named = isinstance(identity, Identity) and _plain(identity.name) == _plain(name)
    is_open = customer.state == "active" and not (
        customer.own_frozen_at or customer.staff_frozen_at
    )
    return customer if is_named and is_open else None


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
