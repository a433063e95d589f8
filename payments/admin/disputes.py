"""Disputes, to read: what banks withdrew, round by round. And frozen wallets, which staff let pay again."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core import events, policy
from banibs.core.staff.admin_base import ReadOnly, ReasonForm, StateButtons, Undeletable, money
from banibs.core.ui.forms import TextField
from payments.charges import frozen_wallets
from payments.models import Dispute, DisputeRound, EarlyFraudWarning, EvidenceSubmission, WalletFreeze


class RoundInline(ReadOnly, admin.TabularInline[DisputeRound, Dispute]):
    """Each withdrawal and how it ended."""

    model = DisputeRound
    extra = 0
    fields = [
        "number",
        "state",
        "withdrawn_money",
        "fee_money",
        "withdrawal",
        "credit",
        "opened_at",
        "closed_at",
    ]
    readonly_fields = ["withdrawn_money", "fee_money"]
    withdrawn_money = staticmethod(money("withdrawn", _("withdrawn"), currency="dispute__currency"))
    fee_money = staticmethod(money("fee", _("Stripe's fee"), currency="dispute__currency"))


@admin.register(Dispute)
class DisputeAdmin(ReadOnly, admin.ModelAdmin[Dispute]):
    """What buyers' banks took back, newest first."""

    list_display = ["stripe_id", "payment", "state", "amount_money", "reason", "due_by", "opened_at"]
    list_filter = ["state", "reason", "currency"]
    list_select_related = ["payment__checkout"]
    search_fields = ["=stripe_id", "=payment__checkout__number"]
    search_help_text = _("Stripe's id of it, or a whole number (B-71840)")
    ordering = ["-id"]
    inlines = [RoundInline]
    fields = [
        "stripe_id",
        "payment",
        "state",
        "amount_money",
        "reason",
        "due_by",
        "round",
        "opened_at",
        "closed_at",
    ]
    readonly_fields = ["amount_money"]
    amount_money = staticmethod(money("amount", _("disputed")))


class LiftForm(ReasonForm):
    """Why the wallet may pay again."""

    reason = TextField(
        label=_("Why it may pay again"),
        max_length=policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Other staff read this later."),
    )


@admin.register(WalletFreeze)
class WalletFreezeAdmin(Undeletable, StateButtons):
    """Wallets whose top-up was disputed and lost: they pay for nothing until staff lift the freeze."""

    list_display = ["user", "dispute", "frozen_at", "lifted_at", "lifted_by"]
    list_select_related = ["user", "dispute", "lifted_by"]
    search_fields = ["^user__email"]
    search_help_text = _("The beginning of an address")
    ordering = ["-id"]
    fields = ["user", "dispute", "frozen_at", "lifted_at", "lifted_by", "note"]
    readonly_fields = ["user", "dispute", "frozen_at", "lifted_at", "lifted_by", "note"]
    reason_form = LiftForm
    moves = {"lift": (_("Let the wallet pay again"), frozenset({"frozen"}))}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A lost dispute freezes, nobody else."""
        return False

    def make_move(self, row: WalletFreeze, verb: str, *, actor: events.Actor, reason: str) -> None:
        """Lifts it."""
        frozen_wallets.lift(row.pk, actor=actor, note=reason)


@admin.register(EarlyFraudWarning)
class EarlyFraudWarningAdmin(ReadOnly, admin.ModelAdmin[EarlyFraudWarning]):
    """Warnings of fraud, newest first. They are decided at the desk."""

    list_display = ["stripe_id", "payment", "state", "fraud_type", "opened_at", "decided_by"]
    list_filter = ["state", "fraud_type"]
    list_select_related = ["payment__checkout", "decided_by"]
    search_fields = ["=stripe_id", "=payment__checkout__number"]
    search_help_text = _("Stripe's id of it, or a whole number (B-71840)")
    ordering = ["-id"]
    fields = [
        "stripe_id",
        "payment",
        "fraud_type",
        "state",
        "opened_at",
        "closed_at",
        "decided_by",
        "note",
    ]


@admin.register(EvidenceSubmission)
class EvidenceSubmissionAdmin(ReadOnly, admin.ModelAdmin[EvidenceSubmission]):
    """What was handed in to banks, newest first."""

    list_display = ["dispute", "number", "inquiry", "state", "packet_pages", "asked_by", "created_at"]
    list_filter = ["state", "inquiry"]
    list_select_related = ["dispute", "asked_by"]
    search_fields = ["=dispute__stripe_id", "=dispute__payment__checkout__number"]
    search_help_text = _("Stripe's id of the dispute, or a whole number (B-71840)")
    ordering = ["-id"]
    fields = [
        "dispute",
        "number",
        "inquiry",
        "state",
        "fields",
        "packet_size",
        "packet_pages",
        "packet_sha256",
        "stripe_file",
        "asked_by",
        "failure",
        "created_at",
        "sent_at",
    ]
