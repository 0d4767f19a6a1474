"""Takes the pictures of README and docs from the running demonstration: `make screenshots`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from config.settings import load_settings
from crawler.archive.archive import open_archive
from monitor.app import App
from monitor.digests.mail import html_file
from monitor.services.digest import digest
from tests.support.browser import browsing, window
from tests.support.processes import until
from tests.support.web import serving

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as a picture shows it; `height` in pixels, from its top."""

    path: str
    height: int
    width: int = 1_280
    scheme: Literal["light", "dark"] = "light"


SHOTS: Mapping[str, Shot] = {
    "overview": Shot("/", 860),
    "theme": Shot("/themes/truce", 1_000),
    "search": Shot("/search?q=truce+OR+ceasefire", 900),
    "compare": Shot("/compare", 1_000),
}
_MAIL = Shot("digest.html", 1_500, width=600)


def main() -> None:
    """Run the demonstration until everything is indexed, and take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _demonstration(Path(folder)) as data:
        app = App(load_settings(data=data, config=data / "config"))
        with serving(app) as address, browsing() as browser:
            for name, shot in SHOTS.items():
                with window(browser, address, width=shot.width, scheme=shot.scheme) as opened:
                    opened.page.set_viewport_size({"width": shot.width, "height": shot.height})
                    opened.open(shot.path).screenshot(path=str(PICTURES / f"{name}.png"))
                print(PICTURES / f"{name}.png")
            _take_mail(app, browser, Path(folder))


def _take_mail(app: App, browser: Browser, folder: Path) -> None:
    """Take a picture of the digest as a mail shows it."""
    file = folder / _MAIL.path
    file.write_text(html_file(digest(app)), "utf-8")
    page = browser.new_page(viewport={"width": _MAIL.width, "height": _MAIL.height}, color_scheme=_MAIL.scheme)
    page.goto(file.as_uri())
    page.screenshot(path=str(PICTURES / "digest.png"))
    page.close()
    print(PICTURES / "digest.png")


@contextmanager
def _demonstration(folder: Path) -> Iterator[Path]:
    """Yield the data folder of a demonstration that has collected everything and goes on."""
    command = [sys.executable, "-m", "monitor.cli", "demo"]
    environment = os.environ | {"PARLEY_DATA": str(folder)}
    data = folder / "demo"
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: (data / "bodies.db").exists(), "the demonstration has started")
            archive = open_archive(data)
            until(lambda: _is_complete(archive.count_pages_by_state()), "everything is indexed")
            archive.close()
            yield data
        finally:
            process.terminate()


def _is_complete(pages: Mapping[str, int]) -> bool:
    return pages.get("indexed", 0) > 1_500 and not pages.get("pending", 0)


if __name__ == "__main__":
    main()
