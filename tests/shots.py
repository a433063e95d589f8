"""`make shots`: a picture of every page that can be reached, by whom it is for, light and dark, 390 and 1440 px.

Pages are found as a person finds them, by following links from each role's front door; of each view one page is
taken. Pictures go to shots/<role>/<view>-<theme>-<width>.png. A house that runs is used, else one is started.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, Page, sync_playwright

from banibs.dev import borrowed
from banibs.dev.chromium import chromium
from banibs.dev.home import home

ROOT = Path(__file__).resolve().parent.parent
DOORS = {
    "visitor": (
        "",
        ["/", "/browse/", "/search/?q=indigo", "/cart/", "/accounts/login/", "/accounts/signup/"],
    ),
    "buyer": ("buyer@banibs.test", ["/account/", "/cart/", "/account/wallet/", "/account/notifications/"]),
    "seller": ("seller@banibs.test", ["/seller/"]),
    "staff": ("staff@banibs.test", ["/admin/", "/admin/desk/", "/admin/desk/webhooks/"]),
    "machine": ("", ["/dev/mailbox/", "/dev/clock/"]),
}
STAFFS = "/admin/"  # what is below it is the staff's, and theirs alone: each picture is taken once
PASSWORD = "banibs-demo"
AT_MOST = 80  # pages of one role


@contextmanager
def house() -> Iterator[dict[str, str]]:
    """The environment of a running house; one is started, and stopped again, when there is none."""
    running = borrowed.running(home())
    if running is not None:
        yield running["environment"]
        return
    with subprocess.Popen([sys.executable, "-m", "banibs.dev.run"], cwd=ROOT) as process:
        while borrowed.running(home()) is None:
            if process.poll() is not None:
                sys.exit("`make run` did not start.")
            signal.sigtimedwait([], 0.5)
        started = borrowed.running(home())
        assert started is not None
        try:
            yield started["environment"]
        finally:
            process.send_signal(signal.SIGINT)


def _view(path: str) -> str | None:
    """The name of the view behind a path, or None when it is no page to look at."""
    from django.urls import Resolver404, resolve

    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    name = match.view_name or ""
    return None if not name or name.startswith("api") or "logout" in name else name.replace(":", "-")


def pages(browser: Browser, address: str, role: str) -> dict[str, str]:
    """view → path, one for each view that this role can reach by links."""
    email, doors = DOORS[role]
    page = browser.new_page(base_url=address)
    _sign_in(page, email)
    found: dict[str, str] = {}
    waiting = list(doors)
    while waiting and len(found) < AT_MOST:
        path = waiting.pop(0)
        view = _view(path)
        if view is None or view in found or path.startswith(STAFFS) != (role == "staff"):
            continue
        answer = page.request.get(path)  # first without the window: a file would start a download there
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        page.goto(path, wait_until="domcontentloaded")
        found[view] = path
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        waiting += [link.removeprefix(address) for link in links if link.startswith(address + "/")]
    page.context.close()
    return found


def _sign_in(page: Page, email: str) -> None:
    if not email:
        return
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], main button:not([type])")
    page.wait_for_load_state()


def shoot(browser: Browser, address: str, role: str, folder: Path) -> int:
    """Takes every page of a role in its four looks; the number of pictures."""
    taken = 0
    reached = pages(browser, address, role)
    for theme in ("light", "dark"):
        for width in (390, 1440):
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": 900},
                color_scheme="light" if theme == "light" else "dark",
                reduced_motion="reduce",
            )
            page = context.new_page()
            _sign_in(page, DOORS[role][0])
            for view, path in reached.items():
                page.goto(path, wait_until="load")
                page.screenshot(path=folder / role / f"{view}-{theme}-{width}.png", full_page=True)
                taken += 1
            context.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roles", nargs="*", default=list(DOORS), help=f"of {', '.join(DOORS)}; default: all")
    parser.add_argument("--to", type=Path, default=ROOT / "shots")
    options = parser.parse_args()
    with house() as environment, sync_playwright() as playwright:
        os.environ.update(
            environment, DJANGO_SETTINGS_MODULE="banibs.settings", DJANGO_ALLOW_ASYNC_UNSAFE="1"
        )  # for the addresses of pages alone; nothing is asked of the database
        django.setup()
        address = environment["SITE_URL"]
        flags = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        for role in options.roles:
            taken = shoot(browser, address, role, options.to)
            print(f"{role}: {taken} pictures in {options.to / role}")
        browser.close()


if __name__ == "__main__":
    main()
