"""`{% policy "marketplace.CLEAR_AFTER" %}`: a promise or limit as a person reads it, from the app's `policy.py`."""

from __future__ import annotations

import datetime as dt

from django import template

from banibs.core.ui import quantities

register = template.Library()


@register.simple_tag
def policy(name: str) -> str:
    """ "two days", "30 minutes", "10 %", "2 GB": written by `quantities.policy_text`; `as wait` keeps it for a sentence."""
    return quantities.policy_text(name)


@register.simple_tag
def policy_seconds(name: str) -> int:
    """The same length of time in whole seconds, for a machine: `hx-trigger="every {% policy_seconds "…" %}s"`."""
    value = quantities.policy_value(name)
    assert isinstance(value, dt.timedelta), f"{name} is no length of time"
    return int(value.total_seconds())
