"""Every component is on one page; it is read by axe in four looks and free of inline style and script."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from banibs.core.ui import static_bundle
from tests import screens
from tests.core import component_gallery

COTTON = Path(settings.BASE_DIR) / "templates" / "cotton"
INLINE = re.compile(
    r"""\s(?:style|on[a-z]+)=["']|<script(?![^>]*(?:\ssrc=|"application/json"))|javascript:""", re.IGNORECASE
)


def test_the_gallery_shows_every_component() -> None:
    used = set(re.findall(r"<c-([a-z-]+)", component_gallery.SOURCE.read_text())) - {"slot"}
    assert used == {path.stem.replace("_", "-") for path in COTTON.glob("*.html")}


def test_each_component_says_in_its_first_line_how_it_is_used() -> None:
    for path in COTTON.glob("*.html"):
        first = path.read_text().splitlines()[0]
        assert first.startswith(f"{{# <c-{path.stem.replace('_', '-')}"), path.name


def test_nothing_is_left_uncompiled_and_nothing_is_inline() -> None:
    html = component_gallery.render()
    assert "<c-" not in html
    assert not INLINE.search(html)


def test_the_guard_against_inline_style_and_script_can_fail() -> None:
    for bad in (
        '<p style="color: red">',
        "<a onclick='x()'>",
        "<script>x()</script>",
        '<a href="javascript:x()">',
    ):
        assert INLINE.search(bad)
    assert not INLINE.search('<script src="/static/js/app.js" defer></script>')


def test_no_template_of_ours_has_inline_style_or_script() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    bad = [str(path) for path in templates.rglob("*.html") if INLINE.search(path.read_text())]
    assert bad == []


def test_cards_need_no_component_inside() -> None:
    source = (Path(settings.BASE_DIR) / "templates" / "components" / "product_card.html").read_text()
    assert "<c-" not in source
    assert "{% include" not in source.replace('{% include "components/product_card.html"', "")


@pytest.mark.browser
@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser: Browser, look: screens.Look) -> None:
    css = "\n".join(
        (Path(settings.BASE_DIR) / "static" / "css" / f"{name}.css").read_text()
        for name in static_bundle.SOURCES
    )
    html = re.sub(r"<(link|script)[^>]*>(</script>)?", "", component_gallery.render())
    page = browser.new_page(
        viewport={"width": look.width, "height": 900}, color_scheme=look.theme, reduced_motion="reduce"
    )  # type: ignore[arg-type]
    try:
        page.set_content(html)
        page.add_style_tag(content=css)
        assert screens.axe(page) == []
        assert not screens.scrolls_sideways(page)
    finally:
        page.close()
