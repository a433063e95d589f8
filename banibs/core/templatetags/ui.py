"""Tags that every page uses: icons, money, states, links that know where they are."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

from babel import Locale
from django import template
from django.forms import BaseForm
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banibs.core.money import Money
from banibs.core.page_cache import placeholders
from banibs.core.states import state_labels
from banibs.core.ui import icons, static_bundle

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "truck" %}`: an inline SVG, hidden from screen readers."""
    return icons.icon(str(name), str(classes))


@register.filter
def money(value: Money | None) -> str:
    """`{{ order.total|money }}`: the amount as the page's language writes it; nothing for None."""
    return "" if value is None else value.format()


@register.filter
def signed(value: Money) -> str:
    """A movement with its sign always shown, for statements: "+£12.00", "−£3.50"."""
    return f"+{value.format()}" if value.amount > 0 else value.format()


@register.simple_tag
def price(now: Money, was: Money | None = None, classes: str = "") -> SafeString:
    """A price; with `was`, the lower one in the sale colour and the former struck through and spoken."""
    if was is None or was <= now:
        return format_html('<span class="price {}">{}</span>', classes, now.format())
    return format_html(
        '<span class="price {}"><span class="sr-only">{} </span><span class="now">{}</span> '
        '<s><span class="sr-only">{} </span>{}</s></span>',
        classes,
        _("now"),
        now.format(),
        _("was"),
        was.format(),
    )


@register.simple_tag
def status(kind: str, state: str, detail: object = "", variant: str = "") -> SafeString:
    """`{% status "order" order.status %}`: icon and word of a state, from `banibs.core.states.state_labels`."""
    word = state_labels.label(kind, state, variant)
    return format_html(
        '<span class="badge {}">{}{}</span>', word.tone, icons.icon(word.icon), word.say(detail)
    )


@register.simple_tag
def cloth(slug: str, shape: str = "") -> str:
    """The address of a shop's pattern; `"band"` for the long strip. Without a slug, BANIBS's own."""
    if not slug:
        return static("img/art/band.svg" if shape == "band" else "img/art/cloth.svg")
    url = reverse("marketplace:cloth", args=[slug])
    return f"{url}?shape={shape}" if shape else url


@register.simple_tag
def stylesheets() -> SafeString:
    """The page's style sheets: one link where static files were collected, else one for each source."""
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in static_bundle.stylesheets())
    )


@register.simple_tag
def mail_band(slug: str) -> SafeString:
    """The band of a shop's pattern above an email, as coloured cells: mail readers that hide pictures still show it."""
    seed = (slug or "banibs").encode()
    digest = hashlib.sha256(seed).digest()
    cells = format_html_join(
        "", '<td bgcolor="{}">&nbsp;</td>', ((_BAND[byte % len(_BAND)],) for byte in digest[:20])
    )
    return format_html('<table class="band" role="presentation" width="100%"><tr>{}</tr></table>', cells)


_BAND = ("#2a2c86", "#f4b21b", "#b3184e", "#2e7d4f", "#16182b", "#f5efe4", "#c9552e", "#a9c7ea")


@register.simple_tag(takes_context=True)
def nav(
    context: Context,
    name: str,
    label: str,
    icon_name: str = "",
    *,
    exact: bool = False,
    but: str = "",
    count: int = 0,
    count_id: str = "",
) -> SafeString:
    """A link of a menu, marked when its page, or one below it, is open.

    `exact` leaves out the pages below, `but` those below another name. What is not built in has no link.
    `count_id` names the count, so that an answer can change it later; then it is there, empty, at nought too.
    """
    try:
        href = reverse(name)
        other = reverse(but) if but else ""
    except NoReverseMatch:
        return SafeString("")
    pill = SafeString("")
    if count_id:
        pill = format_html('<span class="pill" id="{}">{}</span>', count_id, count or "")
    elif count:
        pill = format_html('<span class="pill">{}</span>', count)
    mark = placeholders.defer("here", f"{href}|{'' if exact else 'below'}|{other}", context)
    return format_html(
        '<li><a href="{}"{}>{}{}{}</a></li>',
        href,
        mark,
        icons.icon(icon_name) if icon_name else "",
        label,
        pill,
    )


@register.filter
def country(code: str) -> str:
    """The name of a country, by its two letters, in the page's language."""
    return _territories(translation.get_language() or "en-gb").get(code, code)


@functools.cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").territories)


@register.filter
def error_count(form: BaseForm) -> int:
    """How many things a form complains of: a field may have several."""
    return sum(map(len, form.errors.values()))


@register.filter
def filesize_short(size: int) -> str:
    """A file's size in the units that people say: "38 MB"."""
    amount: float = size
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's query string with some values changed; None takes one out. Starts with "?"."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}" if params else "?"
