"""One page with every component on it, in the states that pages show."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from banibs.core.money import Money
from banibs.core.states import state_labels
from banibs.core.ui import charts

SOURCE = Path(__file__).parent / "component_gallery.html"
NOW = dt.datetime(2026, 11, 21, 10, 2, tzinfo=dt.UTC)


class Profile(forms.Form):
    """One field of each shape."""

    name = forms.CharField(label="Full name", help_text="As on the parcel.")
    email = forms.EmailField(label="Email")
    kind = forms.ChoiceField(
        label="Kind", choices=[("p", "Physical"), ("d", "Digital")], widget=forms.RadioSelect
    )
    terms = forms.BooleanField(label="I agree to the terms")


def card(number: int) -> SimpleNamespace:
    """What a product card is given."""
    return SimpleNamespace(
        url=f"/p/basket-{number}/",
        title="Bolga market basket, medium",
        image="/media/basket-480.webp",
        srcset="",
        alt="",
        cloth="/shops/bolga-weavers/cloth.svg",
        shop="Bolga Weavers",
        country="Ghana",
        price=Money(4800, "GBP"),
        was=Money(6000, "GBP") if number % 2 else None,
        badge=SimpleNamespace(tone="", icon="download", text="Digital") if number == 2 else None,
        rating="4.9",
        reviews=312,
        eager=number < 4,
    )


def context() -> dict[str, Any]:
    """Everything that the gallery and the base page ask for."""
    place = SimpleNamespace(code="GB", name="United Kingdom", currency="GBP", symbol="£")
    return {
        "request": RequestFactory().get("/account/orders/"),
        "user": AnonymousUser(),
        "region": place,
        "regions": [place],
        "nav_categories": [SimpleNamespace(name="Home", slug="home", url="/c/home/")],
        "cart_count": 4,
        "theme": "",
        "languages": [("en-gb", "English")],
        "price": Money(4800, "GBP"),
        "was": Money(6000, "GBP"),
        "shop": SimpleNamespace(slug="bolga-weavers", name="Bolga Weavers"),
        "cards": [card(number) for number in range(4)],
        "states": [
            (kind, *key.partition(":")[::2]) for kind, words in state_labels.LABELS.items() for key in words
        ],
        "crumbs": [{"name": "Account", "url": "/account/"}, {"name": "B-71840"}],
        "tabs": [
            {"url": "/all/", "name": "All", "current": True, "count": 12},
            {"url": "/sent/", "name": "Posted"},
        ],
        "steps": [
            {"name": "Your shop", "state": "done", "url": "/s/"},
            {"name": "First listing", "state": "now"},
        ],
        "timeline": [
            {"text": "Paid from the wallet", "by": "Amara, £93.40", "at": NOW, "state": "done"},
            {"text": "Being made", "by": "Bolga Weavers", "when": "since yesterday", "state": "now"},
            {"text": "Posted", "when": "Expected 26 Nov", "state": "todo"},
        ],
        "months": [
            charts.Bar("Oct", (2000, 500), "$25.00", "$25"),
            charts.Bar("Nov", (3000, 1300), "$43.00", "$43"),
        ],
        "ticks": charts.scale(Money(4300, "USD")),
        "parts": [charts.Slice("Scarves", 30, "$30.00"), charts.Slice("Throws", 13, "$13.00")],
        "sizes": [3, 4, 3.5, 6],
        "form": Profile({"name": "Amara", "email": "amara at example"}),
    }


def render() -> str:
    """The gallery as HTML. Cotton compiles when it loads, so a string is compiled here."""
    source = CottonCompiler().process(SOURCE.read_text())
    return engines["django"].from_string(source).render(context())
