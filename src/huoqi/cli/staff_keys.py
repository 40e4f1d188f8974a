"""Who works at the command line: each person's own key, in the environment and in no command."""

import os

from huoqi.customers.operations import KeyHolder, authorise_keys
from huoqi.customers.rules.api_keys import Role, require_role
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

STAFF_KEY = "HUOQI_KEY"


def holder_of_key(work: Work, *, role: Role) -> KeyHolder:
    """Return who shows the key in the environment; raise KeyInvalid, RoleMissing."""
    (holder,) = authorise_keys(work, [os.environ.get(STAFF_KEY, "")])
    if isinstance(holder, DomainError):
        raise holder
    if "operator" not in holder.roles:
        require_role(holder.roles, role=role)
    return holder
