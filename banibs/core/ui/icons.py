"""Icons as short inline SVG: no request, no style attribute, the colour of the text around them."""

from __future__ import annotations

import functools
import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)

# Shapes that Lucide has only as outlines, or that are on every card and should be short.
_OWN = {
    "star": '<path d="m12 2.5 2.9 6 6.6.9-4.8 4.6 1.2 6.5-5.9-3.2-5.9 3.2 1.2-6.5-4.8-4.6 6.6-.9z"/>',
}


@functools.cache
def icon(name: str, classes: str = "") -> SafeString:
    """The icon `name` (lucide.dev) as decoration: hidden from screen readers, so a word must stand beside it.

    Raises lucide.IconDoesNotExist for a name that is not there.
    """
    if name in _OWN:
        inner = _OWN[name]
    else:
        match = _INNER.search(lucide(name, size=None))
        inner = (
            re.sub(r"\s+", " ", match[1]).replace("> <", "><").replace(" />", "/>").strip() if match else ""
        )
    css = f"icon {classes}".strip()
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        css,
        mark_safe(inner),  # nosec B308 B703  # from the package, not from a person
    )
