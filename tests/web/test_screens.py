"""The screens: each address its page, kept for ever or asked anew, and nothing else of the disk."""

import gzip
import os
from pathlib import Path

import pytest

from huoqi.web.screens import STAMP, Screens

HTML = {b"accept": b"text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = "export const income = 1;\n" * 100


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Return a small build, with a secret beside it."""
    (tmp_path / "master.key").write_text("secret")
    folder = tmp_path / "dist"
    for name, text in {
        "index.html": "<title>customer</title>",
        "console/index.html": "<title>console</title>",
        "dev/index.html": "<title>developer</title>",
        "sw.js": "// worker",
        "manifest.webmanifest": "{}",
        "assets/home-4f2a.js": SCRIPT,
        "assets/home-4f2a.js.br": "as if squeezed",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "assets" / "stolen.js").symlink_to(tmp_path / "master.key")
    (folder / STAMP).write_text("1")
    return folder


def page(
    screens: Screens, path: str, headers: dict[bytes, bytes] = HTML
) -> tuple[int, dict[bytes, bytes], bytes]:
    found = screens.answer("GET", path, headers)
    assert found is not None, path
    return found[0], dict(found[1]), found[2]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", b"customer"),
        ("/buy/990001", b"customer"),
        ("/developer", b"customer"),
        ("/console", b"console"),
        ("/console/", b"console"),
        ("/console/close/2015-05-11", b"console"),
        ("/dev/", b"developer"),
        ("/dev/events", b"developer"),
    ],
)
def test_every_address_of_a_screen_gives_its_page(dist: Path, path: str, title: bytes) -> None:
    status, headers, body = page(Screens(dist), path)

    assert (status, title in body) == (200, True)
    assert headers[b"cache-control"] == b"no-cache"
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    policy = headers[b"content-security-policy"].decode()
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


def test_hashed_files_are_kept_for_ever_and_sent_squeezed(dist: Path) -> None:
    screens = Screens(dist)
    page(screens, "/")

    _, plain, script = page(screens, "/assets/home-4f2a.js", {})
    _, zipped, gzipped = page(
        screens, "/assets/home-4f2a.js", {b"accept-encoding": b"gzip, br;q=0"}
    )
    _, brotli, squeezed = page(
        screens, "/assets/home-4f2a.js", {b"accept-encoding": b"gzip, deflate, br"}
    )

    assert plain[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert plain[b"content-type"] == b"text/javascript; charset=utf-8"
    assert (script.decode(), b"content-encoding" in plain) == (SCRIPT, False)
    assert (gzip.decompress(gzipped).decode(), zipped[b"content-encoding"]) == (SCRIPT, b"gzip")
    assert (squeezed, brotli[b"content-encoding"]) == (b"as if squeezed", b"br")
    assert {each[b"vary"] for each in (plain, zipped, brotli)} == {b"accept-encoding"}


def test_a_page_that_is_known_is_not_sent_again(dist: Path) -> None:
    screens = Screens(dist)
    _, headers, _ = page(screens, "/")

    status, again, body = page(screens, "/", {**HTML, b"if-none-match": headers[b"etag"]})

    assert (status, body, again[b"etag"]) == (304, b"", headers[b"etag"])


def test_the_worker_may_serve_the_whole_address(dist: Path) -> None:
    screens = Screens(dist)
    page(screens, "/")

    _, worker, _ = page(screens, "/sw.js", {})
    _, manifest, _ = page(screens, "/manifest.webmanifest", {})

    assert worker[b"service-worker-allowed"] == b"/"
    assert worker[b"cache-control"] == b"no-cache"
    assert manifest[b"content-type"] == b"application/manifest+json"


@pytest.mark.parametrize(
    "path",
    [
        "/../master.key",
        "/assets/../../master.key",
        "/%2e%2e/master.key",
        "/assets/..%2f..%2fmaster.key",
        "/assets/%252e%252e/%252e%252e/master.key",
        "//etc/passwd",
        "/assets/stolen.js",
        "/.stamp",
        "/assets/gone-1234.js",
        "/v1/unknown",
        "/docs",
        "/metrics",
        "/sandbox/device-account/authorize",
    ],
)
def test_nothing_else_can_be_reached(dist: Path, path: str) -> None:
    screens = Screens(dist)
    page(screens, "/")

    assert screens.answer("GET", path, {}) is None


def test_only_pages_are_shown_for_unknown_addresses(dist: Path) -> None:
    screens = Screens(dist)
    page(screens, "/")

    assert screens.answer("POST", "/", HTML) is None
    assert screens.answer("GET", "/v1/unknown", HTML) is None
    assert screens.answer("GET", "/buy", {b"accept": b"application/json"}) is None


def test_a_new_build_is_shown_at_the_next_page(dist: Path) -> None:
    screens = Screens(dist)
    page(screens, "/")
    (dist / "index.html").write_text("<title>newer</title>")
    assert b"customer" in page(screens, "/")[2]

    (dist / STAMP).write_text("2")
    os.utime(dist / STAMP, ns=(1, 1))

    assert b"newer" in page(screens, "/")[2]


def test_while_a_build_is_made_anew_the_last_one_is_shown(dist: Path) -> None:
    screens = Screens(dist)
    page(screens, "/")
    for file in sorted(dist.rglob("*"), reverse=True):
        if file.is_file():
            file.unlink()

    assert page(screens, "/")[0] == 200


def test_until_there_is_a_build_the_page_says_so_in_two_languages(tmp_path: Path) -> None:
    status, headers, body = page(Screens(tmp_path / "dist", state=lambda: "building"), "/")

    text = body.decode()
    assert (status, headers[b"retry-after"]) == (503, b"2")
    assert 'http-equiv="refresh"' in text
    assert "正在准备页面" in text
    assert "The screens are being built" in text
    assert "<script" not in text
    assert "style=" not in text


def test_a_build_that_failed_says_what_to_do(tmp_path: Path) -> None:
    status, headers, body = page(Screens(tmp_path / "dist", state=lambda: "failed"), "/")

    assert (status, headers[b"content-type"]) == (503, b"text/plain; charset=utf-8")
    assert body.decode().count("./huoqi app") == 2


def test_the_files_of_a_screen_are_told_beside_its_page(dist: Path) -> None:
    (dist / "routes.json").write_text(
        '{"/funds/*/buy": ["/assets/buy-1.js", "/assets/part-2.js"],'
        ' "/funds/*": ["/assets/f-3.js"]}'
    )
    screens = Screens(dist)

    _, buy, _ = page(screens, "/funds/990001/buy")
    _, fund, _ = page(screens, "/funds/990001")
    _, other, _ = page(screens, "/orders")

    ahead = b"</assets/buy-1.js>; rel=modulepreload, </assets/part-2.js>; rel=modulepreload"
    assert buy[b"link"] == ahead
    assert fund[b"link"] == b"</assets/f-3.js>; rel=modulepreload"
    assert b"link" not in other
