"""A conversation as a page shows it: what was written, and what happened to its cases in between, oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.messages import thread
from marketplace.models import Message, MessagePicture
from payments import policy
from payments.models import Case, Proposal


@dataclass(frozen=True)
class Entry:
    """One thing that was written (`text`) or happened (`note`)."""

    at: dt.datetime
    who: str
    mine: bool = False
    text: str = ""
    note: str = ""
    pictures: Sequence[MessagePicture] = field(default_factory=list)


def entries(case: Case, *, reader: str) -> list[Entry]:
    """The conversation of a case's order, for `reader` (buyer, seller, staff). Three statements."""
    names = {"buyer": case.order.buyer.get_short_name() or _("The buyer"), "seller": case.order.seller.name}
    written = [_written(message, names, reader) for message in thread.read(case.order_id)]
    happened = Event.objects.filter(
        subject_type="case",
        subject_id__in=Case.objects.filter(order=case.order_id).values("pk"),
    ).order_by("pk")[: policy.CASE_EVENTS_SHOWN]
    noted = [_happened(event, names, reader) for event in happened]
    return sorted([*noted, *written], key=lambda one: one.at)


def _written(message: Message, names: Mapping[str, str], reader: str) -> Entry:
    return Entry(
        at=message.at,
        who=_name(message.side, names, reader),
        mine=message.side == reader,
        text=message.text,
        pictures=list(message.pictures.all()),
    )


def _happened(event: Event, names: Mapping[str, str], reader: str) -> Entry:
    return Entry(at=event.at, who=_name(event.actor_type, names, reader), note=words(event))


def _name(side: str, names: Mapping[str, str], reader: str) -> str:
    if side == reader and side != "staff":
        return _("You")
    return names.get(side, _("BANIBS"))


def words(event: Event) -> str:
    """What happened to a case, in the reader's language."""
    data = event.data
    match event.kind:
        case "case.open":
            return str(Case.Kind(data["kind"]).label)
        case "case.proposed":
            return _("Offered: %(what)s") % {"what": offer_words(data)}
        case "case.taken_back":
            return _("The offer was taken back")
        case "case.agreed":
            return _("Agreed: %(what)s") % {"what": offer_words(data)}
        case "case.declined":
            return _("Declined")
        case "case.parcel_sent":
            parcel = " ".join(filter(None, [data["carrier"], data["tracking"]]))
            return _("The parcel is on its way. %(parcel)s") % {"parcel": parcel}
        case "case.staff":
            return (
                _("There was no answer in time: BANIBS decides")
                if "overdue" in data
                else _("BANIBS was asked to decide")
            )
    return _("Closed: %(how)s") % {"how": Case.Outcome(data["outcome"]).label}


def offer_words(data: Mapping[str, str | int]) -> str:
    """An offer, with its amount where it is of a part."""
    label = str(Proposal.Kind(str(data["proposal"])).label)
    amount, currency = data.get("amount"), data.get("currency")
    return f"{label}, {Money(int(amount), str(currency))}" if amount else label


def turn(case: Case, *, reader: str) -> str:
    """Whose turn it is and until when, in a sentence."""
    if not case.is_open:
        return str(Case.Outcome(case.outcome).label)
    if case.waits_for == Case.Side.STAFF and reader == "staff":
        return _("It waits for a decision of the staff")
    if case.waits_for == Case.Side.STAFF:
        return _("BANIBS reads all of this and decides. You need do nothing.")
    until = date_format(timezone.localtime(case.respond_by), "j F, H:i T") if case.respond_by else ""
    then = _after(case)
    if case.waits_for == reader:
        return _("It is your turn, until %(until)s. %(then)s") % {"until": until, "then": then}
    who = case.order.seller.name if case.waits_for == Case.Side.SELLER else _("the buyer")
    return _("Waiting for %(who)s, until %(until)s. %(then)s") % {"who": who, "until": until, "then": then}


def _after(case: Case) -> str:
    if case.waits_for == Case.Side.SELLER:
        return _("After that BANIBS decides.")
    return _("After that it is closed as it stands.")
