"""Draws every picture that the demo's texts name and is not there yet: SVG through Chromium to WebP. For developers.

python -m banibs.dev.demo.art [--all] [--sheet FILE.png]
"""

from __future__ import annotations

import sys
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from banibs.dev.demo.art import drawing
from banibs.dev.demo.goods import gallery, reading


def names() -> list[str]:
    """Every picture that a listing names, once."""
    found = [
        picture.name for shop in reading.shops() for listing in shop.listings for picture in listing.pictures
    ]
    return list(dict.fromkeys(found))


def main(arguments: list[str]) -> int:
    """Writes the pictures and names those that nobody can draw yet."""
    gallery.FOLDER.mkdir(exist_ok=True)
    wanted = [
        name for name in names() if "--all" in arguments or not (gallery.FOLDER / f"{name}.webp").exists()
    ]
    unknown = [name for name in wanted if not drawing.known(name)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 480, "height": 600}, device_scale_factor=2)
        for name in wanted:
            if name not in unknown:
                _render(page, name)
        browser.close()
    print(f"{len(wanted) - len(unknown)} drawn; nobody can draw: {', '.join(sorted(unknown)) or 'none'}")
    return 1 if unknown else 0


def _render(page: Page, name: str) -> None:
    drawn = drawing.svg(name).replace('width="400" height="500"', 'width="480" height="600"', 1)
    page.set_content(f"<body style='margin:0'>{drawn}</body>")
    with Image.open(BytesIO(page.screenshot(type="png"))) as picture:
        picture.convert("RGB").save(gallery.FOLDER / f"{name}.webp", "WEBP", quality=80, method=6)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
