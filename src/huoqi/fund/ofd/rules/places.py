"""Where in a file something stands; every refusal of this library names it."""

from dataclasses import dataclass

from huoqi.kit.errors import DomainError, Param


class OfdRefused(DomainError):
    """A file, or a record meant for one, is not as the protocol says."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and in it a record (from 1), a byte (from 0) and a field, as far as they are known.

    Never what stands there: a field may hold a person's name.
    """

    file: str
    record: int | None = None
    offset: int | None = None
    field: str | None = None

    def facts(self) -> dict[str, Param]:
        """Return what is known of the place, for a refusal.

        >>> Place("a.TXT", record=7).facts()
        {'file': 'a.TXT', 'record': 7}
        """
        known: dict[str, Param] = {
            "file": self.file,
            "record": self.record,
            "offset": self.offset,
            "field": self.field,
        }
        return {name: value for name, value in known.items() if value is not None}

    def at_field(self, field: str, *, offset: int | None) -> "Place":
        """Return the place of a field of this record, so many bytes after the record's begin."""
        start = None if self.offset is None or offset is None else self.offset + offset
        return Place(self.file, self.record, start, field)
