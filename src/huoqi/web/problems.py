"""Problem documents (RFC 9457): one table gives each code its status and its two texts."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from huoqi.kit.errors import DomainError, Param
from huoqi.kit.money import format_scaled

MEDIA_TYPE = b"application/problem+json"
_TABLE = Path(__file__).with_name("problem_texts.toml")
_SCALED = re.compile(r"(.+)_(fen|e[0-9]+)$")
_PLACE = re.compile(r"\{([a-z0-9_]+)\}")


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code: its HTTP status, and title, detail and next step in each language."""

    status: int
    en: tuple[str, str, str]
    zh: tuple[str, str, str]

    def texts(self, language: str) -> tuple[str, str, str]:
        """Return title, detail and next step in ``zh-CN`` or ``en``."""
        return self.zh if language == "zh-CN" else self.en


class FieldError(msgspec.Struct, frozen=True):
    """One field that was refused."""

    pointer: str
    code: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    next_steps: list[str]
    facts: dict[str, str | int | bool | None] = {}
    errors: list[FieldError] = []


@cache
def wordings() -> Mapping[str, Wording]:
    """Return the table of all codes, in order of the file."""
    raw = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    flat = {
        f"{area}.{reason}": entry for area, group in raw.items() for reason, entry in group.items()
    }
    return msgspec.convert(flat, dict[str, Wording])


@cache
def language_of(accept_language: str) -> str:
    """Return the language of the texts for an Accept-Language header: ``zh-CN`` or ``en``.

    >>> language_of("zh-CN,zh;q=0.9,en;q=0.8"), language_of("fr, en;q=0.5"), language_of("")
    ('zh-CN', 'en', 'en')
    """
    best, best_weight = "en", 0
    for part in accept_language[:200].split(","):
        tag, _, rest = part.strip().partition(";")
        found = re.search(r"q=([01])(?:\.([0-9]{1,3}))?", rest)
        weight = int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0")) if found else 1000
        known = {"zh": "zh-CN", "en": "en"}.get(tag[:2].lower())
        if known and weight > best_weight:
            best, best_weight = known, weight
    return best


def problem_of(error: DomainError, *, instance: str, request_id: str, language: str) -> Problem:
    """Return the problem document of a refusal."""
    wording = wordings().get(error.code)
    if wording is None:  # a test holds the table complete; a gap must not become a fault
        wording = Wording(422, (error.code, "Refused.", ""), (error.code, "已拒绝。", ""))
    title, detail, step = wording.texts(language)
    errors: Sequence[tuple[str, str]] = getattr(error, "errors", ())
    return Problem(
        type=f"/docs/errors#{error.code}",
        title=title,
        status=wording.status,
        detail=_fill(detail, error.params),
        instance=instance,
        code=error.code,
        request_id=request_id,
        next_steps=[_fill(step, error.params)] if step else [],
        facts={name: _fact(name, value) for name, value in error.params.items()},
        errors=[FieldError(pointer, code) for pointer, code in errors],
    )


def _fact(name: str, value: Param) -> Param:
    """Return a fact for the wire: scaled integers go as text, like every amount."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if _SCALED.match(name) or abs(value) >= 2**53 else value
    return value


def _fill(text: str, params: Mapping[str, Param]) -> str:
    def shown(match: re.Match[str]) -> str:
        name = match[1]
        value = params.get(name)
        if value is None:
            return "–"
        if name.endswith("_fen") and isinstance(value, int):
            return _yuan(value)
        scaled = _SCALED.match(name)
        if scaled and isinstance(value, int):
            return format_scaled(value, decimals=int(scaled[2][1:]))
        return str(value)

    return _PLACE.sub(shown, text)


def _yuan(amount_fen: int) -> str:
    whole, _, cents = format_scaled(abs(amount_fen), decimals=2).partition(".")
    grouped = f"{int(whole):,}"
    return f"{'−' if amount_fen < 0 else ''}¥{grouped}.{cents}"


def retry_after_s(error: DomainError) -> int | None:
    """Return the Retry-After of a refusal that passes by itself, else None."""
    given = error.params.get("retry_after_s")
    if isinstance(given, int):
        return max(1, given)
    status = wordings()[error.code].status if error.code in wordings() else 422
    passing = status in {429, 503} or error.code in {"idempotency.in_progress", "clock.advancing"}
    return 1 if passing else None
