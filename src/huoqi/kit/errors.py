"""Expected refusals: each is a class with a stable code, raised where the rule is decided."""

from collections.abc import Mapping
from typing import ClassVar

Param = int | str | bool | None


class DomainError(Exception):
    """An expected "no" with a stable ``area.reason`` code and the facts a reader needs.

    ``params`` may carry limits, dates, counts and ids; never a name, a phone or an ID number.
    HTTP status and wording belong to the entrances, which look the code up.
    """

    code: ClassVar[str] = "kit.refused"

    def __init__(self, **params: Param) -> None:
        super().__init__(self.code, params)
        self.params: Mapping[str, Param] = params

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.params == getattr(other, "params", None)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items(), key=lambda kv: kv[0]))))

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({facts})" if facts else self.code
