"""Ready sets of knobs for kinds of money-market fund, and the dated rules of the first shelf."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import ClassVar

from huoqi.kit.errors import DomainError

Knob = str | int | None


class PresetUnknown(DomainError):
    """No preset has this name."""

    code: ClassVar[str] = "fund.preset_unknown"


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of fund: its knobs, each an integer or a word, and where they are from."""

    name: str
    title_en: str
    title_zh: str
    knobs: Mapping[str, Knob]
    source: str


@cache
def presets() -> Mapping[str, Preset]:
    """Return every preset by name.

    >>> presets()["cn_daily"].knobs["carry"]
    'daily'
    """
    raw = json.loads(files(__package__).joinpath("presets.json").read_text(encoding="utf-8"))
    return {row["name"]: Preset(**row) for row in raw}


def preset(name: str) -> Preset:
    """Return a preset; raise PresetUnknown."""
    found = presets().get(name)
    if found is None:
        raise PresetUnknown(name=name)
    return found


@dataclass(frozen=True, slots=True)
class RuleSeed:
    """A dated rule of a fund as it ships; ``value`` is JSON of integers and text."""

    rule: str
    effective_from: str
    effective_until: str | None
    value: Mapping[str, Knob]
    source: str


@cache
def shelf_rules() -> tuple[RuleSeed, ...]:
    """Return the dated rules of the first shelf, each with its source."""
    raw = json.loads(files(__package__).joinpath("shelf_rules.json").read_text(encoding="utf-8"))
    return tuple(RuleSeed(**row) for row in raw)
