"""Payouts, destinations and schedules in plain words. No statement of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from banibs.core.money import Money
from payouts.models import Payout, PayoutMethod, PayoutSchedule
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import rule_of

METHOD_ICONS: dict[str, str] = {
    PayoutMethod.Kind.STRIPE: "landmark",
    PayoutMethod.Kind.PAYPAL: "wallet",
    PayoutMethod.Kind.WISE: "repeat",
    PayoutMethod.Kind.CRYPTO: "bitcoin",
}
LAST_DAY = 31
Status = Payout.Status


def goes_to(method: PayoutMethod) -> str:
    """ "GTBank ••4821", "USDC on Polygon 0x8f…c21e", with the seller's own word before it where there is one."""
    there = method.masked
    if method.asset:
        network = method.network.replace("_", " ").capitalize()
        there = _("%(asset)s on %(network)s, %(address)s") % {
            "asset": method.asset,
            "network": network,
            "address": method.masked,
        }
    return f"{method.name}, {there}" if method.name and method.name != there else there


def day_of(moment: dt.date | dt.datetime) -> str:
    """ "27 Nov", in the current time zone."""
    if isinstance(moment, dt.datetime):
        moment = timezone.localtime(moment).date()
    return date_format(moment, "j M")


def arrival(payout: Payout) -> str:
    """When it arrives or arrived; where the money is when it did not."""
    status = payout.status
    if status == Status.PAID:
        paid = timezone.localtime(payout.paid_at).date() if payout.paid_at else None
        came = [day for day in (payout.arrives_on, paid) if day]  # the first was expected, and may be later
        return _("Arrived %(day)s") % {"day": day_of(min(came))} if came else ""
    if status in (Status.FAILED, Status.RETURNED):
        return _("Back in your balance")
    if status == Status.CANCELED:
        return _("Never left your balance")
    if status == Status.RETURNING:
        return _("On its way back")
    if payout.arrives_on:
        return _("Expected %(day)s") % {"day": day_of(payout.arrives_on)}
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a payout on its way; `on` is its day, in the current time zone, where it is known."""

    name: str
    done: bool
    on: dt.date | None = None


def track(payout: Payout) -> list[Step]:
    """Asked for, sent, arrives: how far a payout is."""
    sent = payout.sent_at if payout.status not in (Status.REQUESTED, Status.HELD) else None
    return [
        Step(_("Asked for"), done=True, on=timezone.localtime(payout.requested_at).date()),
        Step(_("Sent"), done=sent is not None, on=timezone.localtime(sent).date() if sent else None),
        Step(_("Arrives"), done=payout.status == Status.PAID, on=payout.arrives_on),
    ]


def when_due(schedule: PayoutSchedule) -> str:
    """When a schedule pays out, as the middle of a sentence."""
    if schedule.cadence == PayoutSchedule.Cadence.ONCE and schedule.next_on is None:
        return _("once")
    return rule_words(rule_of(schedule))


def rule_words(rule: Rule) -> str:
    """ "every Friday", "on the last day of every month", "on 27 November 2026"."""
    if rule.cadence == "weekly":
        return every_week(rule.weekday or 0)
    if rule.cadence == "monthly":
        return every_month(rule.month_day or LAST_DAY)
    return _("on %(day)s") % {"day": date_format(rule.on, "j F Y") if rule.on else ""}


def every_week(weekday: int) -> str:
    """ "every Friday"; 0 is Monday."""
    return _("every %(weekday)s") % {"weekday": WEEKDAYS[weekday]}


def every_month(day: int) -> str:
    """ "on day 15 of every month"; 31 is the last day of any month."""
    if day == LAST_DAY:
        return _("on the last day of every month")
    return _("on day %(day)d of every month") % {"day": day}


def amount_of(schedule: PayoutSchedule) -> str:
    """ "£200.00", or "everything that is available"."""
    if schedule.amount is None:
        return _("everything that is available")
    return str(Money(schedule.amount, schedule.currency))


def quote_lines(payout: Payout) -> list[tuple[str, str]]:
    """What the provider's quote said when the payout was confirmed: what arrives, and at which rate."""
    quote = payout.quote
    lines = []
    if quote.get("arrives") and quote.get("arrives_currency"):
        lines.append((_("Arrives"), str(Money(int(quote["arrives"]), str(quote["arrives_currency"])))))
    if quote.get("rate"):
        lines.append((_("Rate"), str(quote["rate"])))
    return lines
