"""Every kept page, asked with every header, cookie and query that anything reads: each asker gets the page of their own.

What is read is looked up in the code, so that a view that reads something new is tried with it. A page is drawn from its
variant; whoever looks at more is told so here, before a visitor gets another's page.
"""

from __future__ import annotations

import gc
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import django_htmx.middleware
import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import get_script_name
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.test.utils import override_script_prefix
from pytest_django import Settings

from banibs.core.page_cache import cache_page, cached_fragment, page_request
from banibs.core.page_cache.variant import Audience, PageVariant
from marketplace.catalogue import categories
from marketplace.regions import lookup as regions
from tests import market as scene
from tests.marketplace.pages import text
from tests.web.addresses import every_address

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent.parent
OURS = ("banibs", "marketplace", "payments", "payouts", "wallet")
# What fills the holes in the addresses of kept pages.
VALUES = {
    "marketplace:category": {"path": "home"},
    "marketplace:shops_in": {"country": "gh"},
    "marketplace:shop": {"slug": "kofi-weaves"},
    "marketplace:shop_about": {"slug": "kofi-weaves"},
    "marketplace:shop_delivery": {"slug": "kofi-weaves"},
    "marketplace:help_article": {"slug": "wallet"},
}
MARK = "zebra"  # stands in everything that one asker sends and that no other may see


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=12_345)


def kept_pages(market: scene.Market) -> list[str]:
    """The addresses of all pages behind the cache."""
    product = {"slug": market.basket.product.slug, "pk": market.basket.product_id}
    values: dict[str, dict[str, Any]] = {**VALUES, "marketplace:product": product}
    found = [one for one in every_address() if getattr(one.view, "is_page_cached", False)]
    return [one.path(values.get(one.name, {})) for one in found]


def sources() -> str:
    """All code and templates of ours that a page may be drawn with."""
    files = [path for top in OURS for path in (ROOT / top).rglob("*.py") if "dev" not in path.parts]
    return "\n".join(path.read_text() for path in [*files, *(ROOT / "templates").rglob("*.html")])


def queries() -> list[str]:
    """The names that anything reads of an address's query."""
    found = set(re.findall(r'GET(?:\.get\(|\[|\.getlist\()"(\w+)"|"(\w+)" in request\.GET', sources()))
    filters = (ROOT / "marketplace/catalogue/filters.py").read_text()
    read_there = set(re.findall(r'params\.get(?:list)?\("(\w+)"', filters)) | {"min_price", "max_price"}
    return sorted({name for pair in found for name in pair if name} | read_there)


def headers() -> list[dict[str, str]]:
    """Each header that anything reads, alone and with what htmx always sends."""
    htmx = set(re.findall(r'"(HX-[\w-]+)"', inspect.getsource(django_htmx.middleware)))
    ours = set(re.findall(r'headers\.get\(\s*"([\w-]+)"', sources())) - {"Content-Length", "Authorization"}
    proxies = {"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "Forwarded", "X-Original-URL"}
    alone: list[dict[str, str]] = [{name: MARK} for name in sorted(htmx | ours | proxies)]
    asked = [
        {"HX-Request": "true", **more}
        for target in ("buy", "gallery", "results", MARK)
        for more in (
            {"HX-Target": target},
            {"HX-Target": target, "HX-Boosted": "true"},
            {"HX-Target": target, "HX-History-Restore-Request": "true"},
        )
    ]
    return [
        *alone,
        *asked,
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Boosted": "true"},
        {"HX-Boosted": "true", "HX-Target": "buy"},
        {"Accept-Language": "fr-FR"},
    ]


def cookies() -> list[dict[str, str]]:
    """Every cookie of ours, with values that mean something and with one that does not."""
    names = ("region", "theme", "session", "messages", "csrftoken", MARK)
    known = [{"region": "US"}, {"theme": "dark"}, {"theme": "light"}]
    return [*known, *({name: f"{MARK}0123456789"} for name in names)]


def askings() -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """(query, headers, cookies), one thing at a time."""
    return [
        *(("", one, {}) for one in headers()),
        *(("", {}, one) for one in cookies()),
        *((f"?{name}=1", {}, {}) for name in queries()),
        ("?x=1", {"HX-Request": "true", "HX-Target": "buy"}, {}),
    ]


def ask(path: str, asking: tuple[str, dict[str, str], dict[str, str]]) -> str:
    """What one visitor gets. Tokens are each visitor's own."""
    query, sent, carried = asking
    client = Client(headers={"Accept-Language": "en-GB", **sent})
    for name, value in carried.items():
        client.cookies[name] = value
    answer = client.get(path + query)
    assert answer.status_code == 200, (path, asking)
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "token", text(answer))


PLAIN: tuple[str, dict[str, str], dict[str, str]] = ("", {}, {})


def test_whoever_asks_how_everybody_gets_the_page_of_their_own_asking(
    market: scene.Market, settings: Settings
) -> None:
    pages, wrong = kept_pages(market), []
    assert len(pages) >= 12
    for path in pages:
        settings.RELOAD = True  # nothing is kept: this is how each looks
        plain, own = ask(path, PLAIN), [(one, ask(path, one)) for one in askings()]
        settings.RELOAD = False
        for asking, looks in own:
            cache.clear()
            cached_fragment._drawn.clear()
            first = [ask(path, asking), ask(path, asking)]  # a part of a page is kept at the second time
            if first != [looks, looks] or ask(path, PLAIN) != plain:
                wrong.append((path, asking))
    assert wrong == []


def test_pages_of_people_stay_theirs(market: scene.Market) -> None:
    pages: Any = cache  # of django-redis
    amara = Client(headers={"Accept-Language": "en-GB"})
    amara.force_login(market.amara)
    for path in kept_pages(market):
        pages.delete_pattern("*:page:*")  # sessions stay
        for _until_kept in range(2):
            assert "£123.45" in text(amara.get(path))
            assert "£123.45" not in ask(path, PLAIN)
        amara.get(path, headers={"HX-Request": "true", "HX-Target": "buy"})
        assert "<html" in text(amara.get(path))


def drawn(view: Callable[[HttpRequest], HttpResponse], **sent: str) -> HttpResponse:
    """A view behind the cache, asked by a guest."""
    request: Any = RequestFactory().get("/somewhere/?q=1", headers=sent)
    request.place = regions.place("GB")
    request.htmx = django_htmx.middleware.HtmxDetails(request)
    return cache_page.cache_page_for_guests(view)(request)


@pytest.mark.parametrize(
    "look",
    [
        lambda request: request.headers.get("Referer"),
        lambda request: request.headers["User-Agent"],
        lambda request: request.META.get("HTTP_HX_TARGET"),
        lambda request: request.META.get("REMOTE_ADDR"),
        lambda request: request.COOKIES.get("region"),
        lambda request: "seen" in request.COOKIES,
        lambda request: request.get_host(),
        lambda request: request.build_absolute_uri(),
        lambda request: render(request, "django/forms/widgets/text.html", {}) and request.htmx,
    ],
)
def test_a_view_that_looks_at_more_than_the_variant_is_stopped(
    market: scene.Market, look: Callable[[HttpRequest], Any]
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"drawn for {look(request)}")

    with pytest.raises((page_request.NotInVariant, AttributeError)):
        drawn(view, Referer="/from/")


def test_outside_development_it_finds_nothing_instead(market: scene.Market, settings: Settings) -> None:
    settings.DEVELOPMENT = False
    answer = drawn(lambda request: HttpResponse(str(request.headers.get("Referer"))), Referer="/from/")
    assert text(answer) == "None"


def test_a_drawn_page_reads_address_region_theme_and_part_of_its_variant(market: scene.Market) -> None:
    variant = PageVariant("/browse/", "kind=digital", "GB", "en-gb", "dark", "buy", Audience.NOBODY)
    request = page_request.PageRequest(variant, regions.place("GB"))
    assert (request.path, request.GET["kind"], request.COOKIES["theme"]) == ("/browse/", "digital", "dark")
    assert request.get_full_path() == "/browse/?kind=digital"
    assert not request.user.is_authenticated


# ---- nothing made once per process holds anything of a request


def remembered() -> Iterator[tuple[str, object]]:
    """Everything that modules of ours keep: their globals, and what their memoised functions have kept."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS and isinstance(module, ModuleType):
            for key, value in vars(module).items():
                if getattr(value, "__module__", name).partition(".")[0] in OURS:
                    yield f"{name}.{key}", value


def holds(value: object, mark: str, seen: set[int], depth: int = 0) -> bool:
    """Whether the mark stands anywhere in what is kept."""
    if isinstance(value, str):
        return mark in value
    if isinstance(value, HttpRequest):
        return not isinstance(value, page_request.PageRequest)
    if depth > 6 or id(value) in seen or isinstance(value, ModuleType | type | int | float | bytes):
        return False
    seen.add(id(value))
    if inspect.isfunction(value):  # its globals are looked at as its module's
        return any(holds(cell.cell_contents, mark, seen, depth + 1) for cell in value.__closure__ or ())
    return any(holds(inside, mark, seen, depth + 1) for inside in gc.get_referents(value))


def forget_everything() -> None:
    """As in a fresh process: what is kept for the process is not there yet."""
    regions.forget()
    categories.forget()
    cached_fragment._drawn.clear()
    for _name, value in remembered():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    cache.clear()


def under(script_name: str, path: str) -> None:
    """Asks as a server does that calls us by a script's name, believed as far as WSGI's handler believes it."""
    with override_script_prefix(get_script_name({"SCRIPT_NAME": script_name})):
        assert Client(SCRIPT_NAME=script_name).get(path).status_code == 200


def test_what_is_made_once_per_process_holds_nothing_of_the_request_that_was_first(
    market: scene.Market,
) -> None:
    forget_everything()
    plain = {path: ask(path, PLAIN) for path in kept_pages(market)}
    forget_everything()
    loud = {name: MARK for one in headers() for name in one} | {"Accept-Language": f"{MARK},de-DE"}
    for path in kept_pages(market):
        under(f"/{MARK}", path)
        ask(path, (f"?q={MARK}", loud, {name: MARK for one in cookies() for name in one}))

    assert sorted(name for name, value in remembered() if holds(value, MARK, set())) == []
    cache.clear()
    assert {path: ask(path, PLAIN) for path in plain} == plain
