"""Where things stand: in a checkout, beside it, on the PATH."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def data_folder() -> Path:
    """Return the folder for all that the platform keeps (``HUOQI_DATA``, else .huoqi)."""
    return Path(os.environ.get("HUOQI_DATA") or ROOT / ".huoqi")


def shared_folder() -> Path | None:
    """Return the folder of real data, if it is there (``HUOQI_SHARED``, else ../shared)."""
    folder = Path(os.environ.get("HUOQI_SHARED") or ROOT.parent / "shared")
    return folder if (folder / "data").is_dir() else None


def find_browser() -> str | None:
    """Return the system's Chromium (``HUOQI_CHROMIUM`` names another), None if there is none."""
    named = os.environ.get("HUOQI_CHROMIUM")
    names = (named,) if named else _BROWSERS
    return next((found for name in names if (found := shutil.which(name))), None)
