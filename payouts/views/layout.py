"""What stands around every page of payouts: the tabs below the heading, and the way to the destinations."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

_TABS = (
    ("payouts:overview", "Overview"),
    ("payouts:history", "History"),
    ("payouts:methods", "Methods"),
    ("payouts:statements", "Statements"),
)


def tabs(current: str) -> list[dict[str, object]]:
    """The links below the heading of every page of payouts; `current` is the name of the page that is open."""
    words = {
        "Overview": _("Overview"),
        "History": _("History"),
        "Methods": _("Methods"),
        "Statements": _("Statements"),
    }
    found = []
    for name, word in _TABS:
        try:
            found.append(
                {"name": words[word], "url": reverse(name), "current": name == current, "count": None}
            )
        except NoReverseMatch:  # a part that is not built in has no link
            continue
    return found


def methods_url() -> str:
    """The page on which a destination is added."""
    try:
        return reverse("payouts:methods")
    except NoReverseMatch:
        return reverse("payouts:onboarding")
