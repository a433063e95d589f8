"""Something is wrong with an order: what its buyer and its shop settle about it, and staff where they cannot.

Amounts are minor units of the order's currency.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Order
from payments.models.refunds import Refund


class Case(models.Model):
    """One matter about an order; an order has at most one that is not closed. Moves: `payments.cases.moves`.

    `waits_for` is the side whose turn it is, `respond_by` until when: then `payments.cases.deadlines` moves it on.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("I would like to cancel it")
        NOT_RECEIVED = "not_received", _("It has not come")
        NOT_AS_DESCRIBED = "not_as_described", _("It is damaged or not as described")
        RETURN = "return", _("I changed my mind")

    class Status(models.TextChoices):
        OPEN = "open"
        PROPOSED = "proposed"
        AGREED = "agreed"
        DECLINED = "declined"
        STAFF = "staff"
        CLOSED = "closed"

    class Side(models.TextChoices):
        BUYER = "buyer"
        SELLER = "seller"
        STAFF = "staff"
        NOBODY = "nobody"

    class Outcome(models.TextChoices):
        """How it ended."""

        UNDECIDED = "", ""
        REFUNDED = "refunded", _("The money went back")
        PART_REFUNDED = "part_refunded", _("A part of the money went back")
        REPLACED = "replaced", _("Another one was sent")
        WITHDRAWN = "withdrawn", _("The buyer closed it")
        LAPSED = "lapsed", _("The buyer did not answer in time")
        REJECTED = "rejected", _("BANIBS decided that nothing goes back")
        DISPUTED = "disputed", _("The buyer's bank decides about it now")
        POSTED = "posted", _("The shop posted it meanwhile")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=16, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    waits_for = models.CharField(max_length=6, choices=Side, default=Side.SELLER)
    respond_by = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, default="", blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(status="closed"), name="case_one_open_of_order"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False, waits_for="nobody", respond_by=None)
                | (~Q(status="closed") & Q(closed_at=None, outcome="") & ~Q(waits_for="nobody")),
                name="case_closed_wholly",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="case_of_order"),
            models.Index(fields=["respond_by"], condition=~Q(status="closed"), name="case_due"),
            models.Index(fields=["opened_at"], condition=Q(status="staff"), name="case_for_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.order_id}"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be settled."""
        return self.status != self.Status.CLOSED


class Proposal(models.Model):
    """What the shop offers to settle a case, and how far it went. `amount` is set for a part of the money alone.

    `sent_at` and `received_at` are of the parcel that goes back (a return) or comes anew (a replacement).
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("All of the money back")
        PART = "part", _("A part of the money back")
        REPLACEMENT = "replacement", _("Send another one")
        RETURN = "return", _("Send it back, then all of the money")

    class State(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        TAKEN_BACK = "taken_back"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices=Kind)
    amount = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["offered", "accepted"]), name="proposal_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(kind="part", amount__gt=0) | (~Q(kind="part") & Q(amount=None)),
                name="proposal_amount_of_a_part",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(sent_at__isnull=False), name="proposal_sent_before_received"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def money(self, order: Order) -> Money | None:
        """The amount of a part."""
        return None if self.amount is None else order.money(self.amount)
