"""A real browser: four looks of every page, and axe to hear what a screen reader would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client

if TYPE_CHECKING:  # half a second that every test would wait for
    from playwright.sync_api import Browser, Page

    from banibs.users.models import User
    from tests.servers import Servers

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
# WCAG 2.2 AA and axe's own best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Look:
    """One of the four ways a page is looked at."""

    theme: str
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


LOOKS = [Look(theme, width) for theme in ("light", "dark") for width in (390, 1440)]


@contextmanager
def screen(browser: Browser, servers: Servers, look: Look) -> Iterator[Page]:
    """A page in a fresh profile. What the browser refuses (by our CSP, say) or a script throws fails the test."""
    context = browser.new_context(
        base_url=servers.url,
        viewport={"width": look.width, "height": 900},
        color_scheme="dark" if look.theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=look.width < 640,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if _is_refusal(line) else None)
    try:
        yield page
    finally:
        context.close()
    assert not troubles, troubles


def _is_refusal(line: Any) -> bool:
    return line.type == "error" and "status of 4" not in line.text


def sign_in(page: Page, servers: Servers, user: User) -> None:
    """Signs a person in without the form: their session, put into the browser."""
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": servers.url}])


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it is now: one line for each element, empty when all is well."""
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
