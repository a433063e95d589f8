"""A document as HTML, from its snapshot alone: in its language, on its paper, in letters that our fonts hold."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from babel.dates import format_date
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from banibs.core.money import Money
from marketplace.media import shop_patterns
from marketplace.regions import lookup as regions
from payments.models import Document, DocumentKind
from payments.receipts.pdf import FONTS, Page
from payments.receipts.snapshots.draft import Said

MARK = Path(settings.BASE_DIR) / "static" / "img" / "mark.svg"
Context = dict[str, object]


def page(document: Document) -> Page:
    """The page of a document; no statement but those of names of places, which are kept."""
    said = cast(Said, _covered(document.snapshot))
    template, describe = _LOOKS[document.kind]
    with translation.override(document.language):
        context = {
            "said": said,
            "language": document.language,
            "paper": document.paper,
            "number": document.name,
            "author": (said["issuer"] if "issuer" in said else said["seller"])["name"],
            "place": regions.jurisdiction_name(said["jurisdiction"]) if "jurisdiction" in said else "",
            "tenders": _tenders(said),
            **describe(said),
        }
        html = render_to_string(template, context)
    art = {
        "band": shop_patterns.band(said["seller"].get("slug", "") if "seller" in said else "").encode(),
        "mark": MARK.read_bytes(),
    }
    return Page(
        html, art, hashlib.sha256(json.dumps(document.snapshot, sort_keys=True).encode()).digest()[:16]
    )


def _money(said: Said, amount: int) -> str:
    return Money(amount, said["currency"]).format()


def _day(said: Said, moment: str) -> str:
    """A moment's day as the issuer's clock has it; a bare day as it is."""
    if "T" not in moment:
        return _written(dt.date.fromisoformat(moment))
    zone = zoneinfo.ZoneInfo(said["zone"])
    return _written(dt.datetime.fromisoformat(moment).astimezone(zone).date())


def _written(day: dt.date) -> str:
    return format_date(day, "d MMMM y", locale=(translation.get_language() or "en-gb").replace("-", "_"))


def _month(name: str) -> str:
    first = dt.date.fromisoformat(f"{name}-01")
    return format_date(first, "LLLL y", locale=(translation.get_language() or "en-gb").replace("-", "_"))


def _tenders(said: Said) -> Sequence[tuple[str, int]]:
    card = _("Card")
    if said.get("card_name"):
        brand, last = said["card_name"]
        card = f"{brand} ••{last}"
    ways = ((_("BANIBS Wallet"), said.get("wallet", 0)), (card, said.get("card", 0)))
    return [(label, amount) for label, amount in ways if amount]


def _way(said: Said) -> str:
    return " + ".join(label for label, _amount in _tenders(said)) or _("Nothing to pay")


def _of_order(said: Said, word: str, heading: str) -> Context:
    went = said["went"]
    return {
        "heading": heading % {"amount": _money(said, said["total"])},
        "facts": [
            (word, said["number"]),
            (_("Date"), _day(said, said["issued"])),
            (_("Paid"), _day(said, said["paid_at"])),
            (_("Order"), said["order"]),
            (_("Paid with"), _way(said)),
        ],
        "parties": [(_("Bought by"), said["buyer"]), (_("Sold by, through BANIBS"), said["seller"])],
        "link": f"{settings.SITE_URL}/account/orders/{said['checkout']}/",
        "net": _money(said, went["net"]),
        "fee": _money(said, went["fee"]),
        "tax": _money(said, went["tax"]),
        "processing": _money(said, went["processing"]),
        "promotion": _money(said, went["promotion"]),
    }


def _receipt(said: Said) -> Context:
    return _of_order(said, _("Receipt"), _("Receipt for %(amount)s"))


def _sales_receipt(said: Said) -> Context:
    link = f"{settings.SITE_URL}/seller/orders/{said['order']}/"
    return {**_of_order(said, _("Sales receipt"), _("Sale of %(amount)s")), "link": link}


def _credit_note(said: Said) -> Context:
    return {
        "heading": _("Credit note, %(amount)s") % {"amount": _money(said, said["total"])},
        "facts": [
            (_("Credit note"), said["number"]),
            (_("Date"), _day(said, said["issued"])),
            (_("Refunded"), _day(said, said["refunded_at"])),
            (_("Receipt"), said["receipt"]),
            (_("Order"), said["order"]),
        ],
        "parties": [(_("To"), said["buyer"]), (_("From, through BANIBS"), said["seller"])],
        "link": f"{settings.SITE_URL}/account/orders/{said['checkout']}/",
    }


def _fee_invoice(said: Said) -> Context:
    return {
        "heading": _("Fees of %(month)s, %(amount)s")
        % {"month": _month(said["month"]), "amount": _money(said, said["total"])},
        "facts": [
            (_("Invoice"), said["number"]),
            (_("Date"), _day(said, said["issued"])),
            (_("Month"), _month(said["month"])),
        ],
        "parties": [(_("To"), said["seller"]), (_("From"), said["issuer"])],
        "link": f"{settings.SITE_URL}/seller/invoices/",
    }


def _wallet_statement(said: Said) -> Context:
    return {
        "heading": _("Wallet, %(month)s, %(currency)s")
        % {"month": _month(said["month"]), "currency": said["currency"]},
        "facts": [
            (_("Statement"), said["number"]),
            (_("Date"), _day(said, said["issued"])),
            (_("Balance after"), _money(said, said["closing"])),
        ],
        "parties": [(_("Wallet of"), said["buyer"]), (_("Held by"), said["issuer"])],
        "link": f"{settings.SITE_URL}/account/wallet/?currency={said['currency']}",
    }


def _shop_statement(said: Said) -> Context:
    return {
        "heading": _("Statement, %(month)s, %(currency)s")
        % {"month": _month(said["month"]), "currency": said["currency"]},
        "facts": [
            (_("Statement"), said["number"]),
            (_("Date"), _day(said, said["issued"])),
            (_("Held for you after"), _money(said, said["closing"])),
        ],
        "parties": [(_("Shop"), said["seller"]), (_("Held by"), said["issuer"])],
        "link": f"{settings.SITE_URL}/seller/payouts/statements/",
    }


_LOOKS: Mapping[str, tuple[str, Callable[[Said], Context]]] = {
    DocumentKind.RECEIPT: ("documents/order.html", _receipt),
    DocumentKind.SALES_RECEIPT: ("documents/order.html", _sales_receipt),
    DocumentKind.CREDIT_NOTE: ("documents/credit_note.html", _credit_note),
    DocumentKind.FEE_INVOICE: ("documents/fee_invoice.html", _fee_invoice),
    DocumentKind.WALLET_STATEMENT: ("documents/wallet_statement.html", _wallet_statement),
    DocumentKind.SHOP_STATEMENT: ("documents/shop_statement.html", _shop_statement),
}


@functools.cache
def _letters() -> frozenset[int]:
    """What our fonts can draw, in every weight. A file with a sign that no font holds is no PDF/A."""
    inter = [set(TTFont(FONTS / f"Inter-{weight}.ttf").getBestCmap()) for weight in (400, 600)]
    ethiopic = [
        set(TTFont(FONTS / f"noto-sans-ethiopic-ethiopic-{weight}-normal.woff2").getBestCmap())
        for weight in (400, 600)
    ]
    return frozenset((inter[0] & inter[1]) | (ethiopic[0] & ethiopic[1]))


def _covered(value: object) -> object:
    """A snapshot with every text in letters that our fonts hold."""
    if isinstance(value, str):
        return covered(value)
    if isinstance(value, list):
        return [_covered(one) for one in value]
    if isinstance(value, dict):
        return {name: _covered(one) for name, one in value.items()}
    return value


def covered(text: str) -> str:
    """The text in letters that our fonts hold: a letter of another script becomes "?", a symbol (an emoji) goes."""
    return "".join(map(_drawn, unicodedata.normalize("NFC", text))).strip()


@functools.lru_cache(maxsize=4_096)
def _drawn(sign: str) -> str:
    if ord(sign) in _letters():
        return sign
    plain = unicodedata.normalize("NFKD", sign)
    if plain != sign and all(ord(part) in _letters() for part in plain):
        return plain
    return "" if unicodedata.category(sign)[0] in "SCM" else "?"
