"""The rows of the ledger. Written by `ledger_post` (wallet/sql) alone, and refused any change by the
database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from wallet import accounts

if TYPE_CHECKING:
    NumberFunc: TypeAlias = models.Func["TransactionId"]
    NumberField: TypeAlias = models.Field[int, int]
else:  # not generic where they run
    NumberFunc, NumberField = models.Func, models.Field


class CurrentTransaction(NumberFunc):
    """The number of the transaction that is running."""

    function = "pg_current_xact_id"
    template = "%(function)s()"


class TransactionId(NumberField):
    """PostgreSQL's own 64-bit transaction number: the order in which writers began, which an id is not."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, *context: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else str(value)


class Account(models.Model):
    """A place where money can be, in one currency. Kinds and flags: `accounts.CHART`."""

    code = models.CharField(_("code"), max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    floored = models.BooleanField(_("never below zero"))
    stored = models.BooleanField(_("balance kept on the row"))
    capped = models.BooleanField(_("never above zero"), default=False, db_default=False)
    balance = models.BigIntegerField(_("balance, minor units"), default=0)
    moved_at = models.DateTimeField(_("last moved"), null=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["code", "currency"], name="wallet_account_code"),
            models.CheckConstraint(
                condition=Q(floored=False) | Q(balance__gte=0), name="wallet_account_floor"
            ),
            models.CheckConstraint(condition=Q(capped=False) | Q(balance__lte=0), name="wallet_account_cap"),
            models.CheckConstraint(condition=Q(stored=True) | Q(balance=0), name="wallet_account_unstored"),
            models.CheckConstraint(condition=accounts.shape(), name="wallet_account_chart"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="wallet_account_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"

    @property
    def money(self) -> Money:
        """The stored balance. Meaningless where `stored` is false: ask `ledger.balance`."""
        return Money(self.balance, self.currency)


class Movement(models.Model):
    """Why money moved, once: the key is made of business facts, so that one fact is never booked twice."""

    key = models.CharField(_("key"), max_length=128)  # "checkout:7:paid"
    kind = models.CharField(_("kind"), max_length=32)  # one of statement.KINDS
    fingerprint = models.BinaryField(max_length=32)  # SHA-256 of what moved, made and re-made by the database
    reference = models.CharField(_("reference"), max_length=32, blank=True)  # "B-71840", as people know it
    actor = models.CharField(_("by"), max_length=64)  # "user:5", "staff:2", "stripe", "system"
    memo = models.TextField(_("memo"), blank=True)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("reverses"),
    )
    at = models.DateTimeField(_("at"), db_default=Now())
    # SHA-256 of the key, reference, actor, memo and moment with the fingerprint, made by the database.
    seal = models.BinaryField(max_length=32, null=True)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        indexes = [
            models.Index(fields=["reference"], name="wallet_movement_reference", condition=~Q(reference=""))
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="wallet_movement_once"),
            models.UniqueConstraint(
                fields=["reverses"], name="wallet_movement_reversed_once", condition=Q(reverses__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(key__regex="^[a-z_]+(:[A-Za-z0-9_]+)+$"), name="wallet_movement_key"
            ),
            models.CheckConstraint(condition=Q(kind__regex="^[a-z_]+$"), name="wallet_movement_kind"),
        ]

    def __str__(self) -> str:
        return self.key


class Transfer(models.Model):
    """One amount from one account to another: it cannot be unbalanced.

    The rows carry no foreign key: checking one would lock the account that every sale of a shop writes. They
    are written together by one function, and nothing is ever removed; `verify_ledger` checks them for ever
    after. `source_balance` and `target_balance` are what the account held after this transfer, where it keeps
    a balance.
    """

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="transfers", db_constraint=False
    )
    source = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("from"),
    )
    target = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("to"),
    )
    amount = models.BigIntegerField(_("amount, minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    subject = models.CharField(_("for"), max_length=40, blank=True)  # "order:17"
    source_balance = models.BigIntegerField(null=True)
    target_balance = models.BigIntegerField(null=True)
    at = models.DateTimeField(
        _("at"), db_default=Now()
    )  # its movement's, so that a statement reads one table
    xid = TransactionId(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="wallet_transfer_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="wallet_transfer_two_accounts"),
            models.CheckConstraint(
                condition=Q(subject__regex="^([a-z_]+:[0-9]+)?$"), name="wallet_transfer_subject"
            ),
        ]
        indexes = [  # each side of a row stands in one of two: a statement's, or a sum's
            models.Index(
                fields=["source", "at", "movement"],
                name="wallet_transfer_out",
                condition=Q(source_balance__isnull=False),
            ),
            models.Index(
                fields=["target", "at", "movement"],
                name="wallet_transfer_in",
                condition=Q(target_balance__isnull=False),
            ),
            models.Index(
                fields=["source", "xid"],
                name="wallet_transfer_out_sum",
                include=["amount", "at"],
                condition=Q(source_balance__isnull=True),
            ),
            models.Index(
                fields=["target", "xid"],
                name="wallet_transfer_in_sum",
                include=["amount", "at"],
                condition=Q(target_balance__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """In words: "€200.00, platform:promotions → user:2:wallet". Two statements where its accounts are not loaded."""
        return f"{self.money}, {self.source.code} → {self.target.code}"

    @property
    def money(self) -> Money:
        """The amount that moved."""
        return Money(self.amount, self.currency)


class Checkpoint(models.Model):
    """The sum of an account that stores no balance, over every transfer of a transaction before `horizon`.

    Rows are added, never moved, so a balance at a past moment starts from the last one before it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="checkpoints")
    horizon = TransactionId()
    balance = models.BigIntegerField()
    latest_at = (
        models.DateTimeField()
    )  # of the transfers summed: a moment from here on may start from this row

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = [models.UniqueConstraint(fields=["account", "horizon"], name="wallet_checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.account_id} before {self.horizon}"


class Verified(models.Model):
    """How far `verify_ledger` has looked at what is new: one row. Verbs: `verified`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    settled = models.JSONField(default=dict)  # table → id: every row up to it was there, or never will be
    seen = models.JSONField(default=dict)  # table → the highest id when the last run looked
    seen_before = TransactionId()  # every transaction that had taken a number by then is older
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("verified")
        verbose_name_plural = _("verified")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="wallet_verified_one_row")]

    def __str__(self) -> str:
        return f"verified {self.at}"


class Approval(models.Model):
    """A staff action that moves money, waiting for a second person. Verbs: `approvals`."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")

    action = models.CharField(_("action"), max_length=32)  # of the table APPROVAL_ACTIONS
    payload = models.JSONField(_("what exactly"))
    payload_hash = models.BinaryField(max_length=32)
    words = models.CharField(
        _("what"), max_length=300, blank=True, db_default=""
    )  # "Credit Amara with $5.00"
    subject = models.CharField(_("about"), max_length=40, blank=True, db_default="")  # "user:5"
    amount = models.BigIntegerField(_("amount, minor units"), null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, db_default="")
    alone_limit = models.BigIntegerField(null=True)  # set where one person did it: the limit of that day
    reason = models.TextField(_("reason"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REQUESTED)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked"), db_default=Now())
    expires_at = models.DateTimeField(_("lapses"))
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-id"]
        permissions = [("decide_approval", _("Can approve or refuse what another asked for"))]
        indexes = [
            models.Index(
                fields=["expires_at"], name="wallet_approval_waiting", condition=Q(status="requested")
            ),
            models.Index(fields=["requester", "subject", "requested_at"], name="wallet_approval_of_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decider__isnull=True) | ~Q(decider=F("requester")),
                name="wallet_approval_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["requested", "expired"], decider__isnull=True, alone_limit__isnull=True
                )
                | Q(
                    status__in=["approved", "refused"],
                    decider__isnull=False,
                    decided_at__isnull=False,
                    alone_limit__isnull=True,
                )
                | Q(
                    status="approved",
                    decider__isnull=True,
                    decided_at__isnull=False,
                    alone_limit__isnull=False,
                    amount__lte=F("alone_limit"),
                ),
                name="wallet_approval_decided",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="wallet_approval_reason"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="")
                | Q(amount__isnull=False, amount__gt=0, currency__regex="^[A-Z]{3}$"),
                name="wallet_approval_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.words or f"{self.action} {self.subject}"


class PayoutPause(models.Model):
    """While one is open, no money leaves to a payout provider. Verbs: `payout_pause`."""

    key = models.CharField(_("key"), max_length=100)  # what found it: the same is opened once
    reason = models.TextField(_("reason"))
    opened_at = models.DateTimeField(_("paused"), db_default=Now())
    opened_by = models.CharField(_("by"), max_length=64)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.CharField(_("lifted by"), max_length=64, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("pause of payouts")
        verbose_name_plural = _("pauses of payouts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="wallet_payout_pause_open", condition=Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="") & ~Q(note="")),
                name="wallet_payout_pause_lifted",
            ),
        ]

    def __str__(self) -> str:
        return self.key
