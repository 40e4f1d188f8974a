"""Where things stand in a checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Return the folder for all that the platform keeps (``HUOQI_DATA``, else .huoqi)."""
    return Path(os.environ.get("HUOQI_DATA") or ROOT / ".huoqi")


def shared_folder() -> Path | None:
    """Return the folder of real data, if it is there (``HUOQI_SHARED``, else ../shared)."""
    folder = Path(os.environ.get("HUOQI_SHARED") or ROOT.parent / "shared")
    return folder if (folder / "data").is_dir() else None
