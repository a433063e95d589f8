"""Payouts in words, for pages: where they go, how they stand, when they arrive."""

from __future__ import annotations

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from banibs.core.money import Money
from banibs.core.templatetags.ui import status
from payouts.models import Payout, PayoutMethod, PayoutSchedule
from payouts.reading import words
from payouts.schedules import due_dates

register = template.Library()


@register.filter
def goes_to(method: PayoutMethod) -> str:
    """Where it goes: the seller's own word and what is shown of the destination."""
    return words.goes_to(method)


@register.filter
def method_icon(method: PayoutMethod) -> str:
    """The icon of a kind of destination."""
    return words.METHOD_ICONS[method.kind]


@register.filter
def arrival(payout: Payout) -> str:
    """When it arrives, or arrived; what became of it where it did not."""
    return words.arrival(payout)


@register.filter
def when_due(schedule: PayoutSchedule) -> str:
    """ "every Friday", "on the last day of every month", "on 27 November 2026"."""
    return words.when_due(schedule)


@register.filter
def schedule_amount(schedule: PayoutSchedule) -> str:
    """What is paid out, beginning a sentence."""
    found = words.amount_of(schedule)
    return found[:1].upper() + found[1:]


@register.filter
def schedule_minimum(schedule: PayoutSchedule) -> str:
    """The least that is paid out by it."""
    return str(Money(schedule.minimum, schedule.currency))


@register.filter
def quote_lines(payout: Payout) -> list[tuple[str, str]]:
    """What its provider's quote said, as it was confirmed."""
    return words.quote_lines(payout)


@register.filter
def track(payout: Payout) -> list[words.Step]:
    """Asked for, sent, arrives: how far a payout is, in three steps."""
    return words.track(payout)


@register.filter
def rule_words(rule: due_dates.Rule) -> str:
    """When something would be due, beginning a sentence."""
    found = words.rule_words(rule)
    return found[:1].upper() + found[1:]


@register.simple_tag
def payout_status(payout: Payout) -> SafeString:
    """Its state as a badge."""
    day = date_format(payout.due_date, "j M") if payout.due_date else ""
    return status("payout", payout.status, day)
