"""What an incident of a refund is about, and the decisions that people can make about it now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.models import Order
from payments import policy
from payments.models import Incident, Intent, Payment, Refund
from payments.refunds import unapplied_payments
from payments.refunds.decisions import book_foreign, decide_refund, decide_unapplied

HAND_MADE = "hand_made"  # what a verb asks for: the id of a refund at Stripe
WHICH = "which"  # what a verb asks for: which order, or which refund that stays owed, it is


@dataclass(frozen=True)
class Verb:
    """A decision: its name in the registry of approvals, its button, and what it means in a sentence."""

    action: str
    label: str | Promise
    text: str | Promise
    asks: str = ""


REFUND_TO_WALLET = Verb(
    "refund_to_wallet",
    gettext_lazy("Put it into the buyer's wallet"),
    gettext_lazy(
        "The buyer has not had it, and the card does not take it. Look first whether it was given back by hand."
    ),
)
REFUND_GIVEN_BACK = Verb(
    "refund_given_back",
    gettext_lazy("It was given back by hand"),
    gettext_lazy("Somebody made a refund of exactly this amount at Stripe. It becomes this refund."),
    asks=HAND_MADE,
)
REFUND_PART_GIVEN_BACK = Verb(
    "refund_part_given_back",
    gettext_lazy("A part was given back by hand"),
    gettext_lazy("Somebody made a refund of less than this at Stripe. It is booked, and the rest is sent."),
    asks=HAND_MADE,
)
REFUND_SENT_AGAIN = Verb(
    "refund_sent_again",
    gettext_lazy("Send it again"),
    gettext_lazy("What kept it from the card is over. Stripe is asked once more."),
)
REFUND_CANCELED = Verb(
    "refund_canceled",
    gettext_lazy("The bank has taken it: undo the refund"),
    gettext_lazy(
        "A lost dispute has taken the same money. The order stays cancelled, and nobody gives it twice."
    ),
)
UNAPPLIED_TO_WALLET = Verb(
    "unapplied_to_wallet",
    gettext_lazy("Put it into the payer's wallet"),
    gettext_lazy("The card does not take it back. Look first whether it was given back by hand."),
)
UNAPPLIED_GIVEN_BACK = Verb(
    "unapplied_given_back",
    gettext_lazy("It was given back by hand"),
    gettext_lazy("Somebody made a refund of exactly this amount at Stripe."),
    asks=HAND_MADE,
)
UNAPPLIED_SENT_AGAIN = Verb(
    "unapplied_sent_again",
    gettext_lazy("Send it again"),
    gettext_lazy("What kept it from the card is over. Stripe is asked once more."),
)
FOREIGN_BOOKED = Verb(
    "foreign_refund_booked",
    gettext_lazy("Book it"),
    gettext_lazy("The card has this money. Say which order it is a refund of; nothing is sent."),
    asks=WHICH,
)
VERBS = {
    verb.action: verb
    for verb in (
        REFUND_TO_WALLET,
        REFUND_GIVEN_BACK,
        REFUND_PART_GIVEN_BACK,
        REFUND_SENT_AGAIN,
        REFUND_CANCELED,
        UNAPPLIED_TO_WALLET,
        UNAPPLIED_GIVEN_BACK,
        UNAPPLIED_SENT_AGAIN,
        FOREIGN_BOOKED,
    )
}


@dataclass(frozen=True)
class Matter:
    """What an incident is about: a refund of ours, unapplied money, or a refund that was made by hand at Stripe."""

    incident: Incident
    payment: Payment | None = None
    refund: Refund | None = None
    unapplied: Intent | None = None
    foreign: str = ""
    intent: Intent | None = None  # whose money it is at Stripe

    @property
    def stuck(self) -> bool:
        """Whether money waits for this decision: then nobody closes the incident by a note."""
        if self.refund is not None:
            return decide_refund.is_stuck(self.refund)
        return self.unapplied is not None and decide_unapplied.is_stuck(self.unapplied)


def matter_of(incident: Incident) -> Matter:
    """What can be decided stands on the row that an incident names. A few statements, whatever it is about."""
    name = incident.key.partition(":")[2]
    if incident.kind == "refund_refused":
        number = name.partition(":")[0]
        refunds = Refund.objects.select_related("order__buyer", "payment__checkout", "payment__user")
        refund = refunds.filter(pk=incident.refund_id or (int(number) if number.isdigit() else 0)).first()
        if refund is not None:
            return Matter(incident, refund.payment, refund=refund, intent=paid_by(refund.payment))
    elif incident.kind == unapplied_payments.STUCK:
        intents = Intent.objects.select_related("payment__checkout", "payment__user")
        told = (
            {"pk": incident.intent_id}
            if incident.intent_id
            else {"payment": incident.payment_id, "refund_id": name}
        )
        row = intents.filter(**told).first()
        if row is not None:
            return Matter(incident, row.payment, unapplied=row, intent=row)
    elif incident.kind == "foreign_refund" and incident.payment is not None:
        intents = Intent.objects.filter(payment=incident.payment_id)
        row = (
            intents.filter(pk=incident.intent_id).first() if incident.intent_id else paid_by(incident.payment)
        )
        return Matter(incident, incident.payment, foreign=name, intent=row)
    return Matter(incident, incident.payment)


def paid_by(payment: Payment) -> Intent | None:
    """The intent whose money paid it. One statement."""
    return Intent.objects.filter(payment=payment, status=Intent.Status.SUCCEEDED).first()


def verbs_of(matter: Matter) -> list[Verb]:
    """The decisions that apply to it now; none for an incident that is closed, or that money does not wait for."""
    if matter.incident.closed_at is not None:
        return []
    if matter.refund is not None and matter.stuck:
        taken = decide_refund.taken_by_the_bank(matter.refund.order, matter.refund)
        by_card = not matter.refund.wallet_part
        parted, undone = [REFUND_PART_GIVEN_BACK] * by_card, [REFUND_CANCELED] * (taken and by_card)
        return [REFUND_TO_WALLET, REFUND_GIVEN_BACK, *parted, REFUND_SENT_AGAIN, *undone]
    if matter.unapplied is not None and matter.stuck:
        return [UNAPPLIED_TO_WALLET, UNAPPLIED_GIVEN_BACK, UNAPPLIED_SENT_AGAIN]
    return [FOREIGN_BOOKED] if matter.foreign and whichever(matter) else []


def whichever(matter: Matter) -> list[tuple[str, str]]:
    """What a refund made by hand may be, as choices: a refund or unapplied money that stays owed, or one of an order."""
    if matter.payment is None or matter.intent is None:
        return []
    if decide_unapplied.is_stuck(matter.intent):
        return [(f"intent:{matter.intent.pk}", _("The payment that came too late"))]
    refunds = Refund.objects.filter(payment=matter.payment).select_related("order").order_by("pk")
    owed = [one for one in refunds[: policy.DECISION_MOST_CHOICES] if decide_refund.is_stuck(one)]
    orders = Order.objects.filter(checkout=matter.payment.checkout_id, status__in=book_foreign.SOLD)
    stays, sold = _("The refund of %(number)s, which stays owed"), _("A refund of %(number)s")
    return [
        *((f"refund:{one.pk}", stays % {"number": one.order.number}) for one in owed),
        *(
            (f"order:{one.pk}", sold % {"number": one.number})
            for one in orders.order_by("pk")[: policy.DECISION_MOST_CHOICES]
        ),
    ]
