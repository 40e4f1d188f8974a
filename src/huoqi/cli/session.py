"""What a command gets as ``obj``: the platform, opened only when a command asks for it."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huoqi.close.platform import Platform
    from huoqi.kit.db import Database


class Session:
    """Opens the platform on first use, so that pure commands need no database."""

    def __init__(
        self,
        open_platform: "Callable[[], Platform]",
        *,
        open_at: "Callable[[str], Platform] | None" = None,
        address: str = "http://localhost:8315",
        data: Path = Path(".huoqi"),
    ) -> None:
        self._open = open_platform
        self.address = address
        self.data = data
        self._open_at = open_at

    @cached_property
    def platform(self) -> "Platform":
        """Return the platform; starts or joins the database on first use."""
        return self._open()

    @property
    def database(self) -> "Database":
        """Return the platform's database."""
        return self.platform.database

    def open_at(self, dsn: str) -> "Platform":
        """Return a platform of its own on another database; the caller closes its database."""
        assert self._open_at is not None, "only the sandbox's commands open other databases"
        return self._open_at(dsn)
