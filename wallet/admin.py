"""Staff look at the ledger; nobody edits it. The screens of approvals stand in `approval_admin`."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from wallet.approval_admin import ApprovalAdmin
from wallet.models import Account, Movement, Transfer
from wallet.pause_admin import PayoutPauseAdmin

__all__ = ["AccountAdmin", "ApprovalAdmin", "MovementAdmin", "PayoutPauseAdmin", "TransferAdmin"]

HELD = RawSQL(  # nothing in it comes from a person
    "CASE WHEN wallet_account.stored THEN wallet_account.balance"
    " ELSE ledger_summed(wallet_account.id, 'infinity') END",
    [],
    output_field=BigIntegerField(),
)


class ReadOnly:
    """Rows to look at: no button adds, changes or removes one, and no request does either."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never: the ledger is written by `ledger.post`."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


@admin.register(Account)
class AccountAdmin(ReadOnly, admin.ModelAdmin[Account]):
    """Accounts with what they hold now, those that store no balance summed."""

    list_display = ["code", "currency", "held", "floored", "moved_at"]
    list_filter = ["currency", "floored", "stored"]
    search_fields = ["^code"]
    search_help_text = _("The beginning of a code: user:5, seller:7, platform")
    ordering = ["code", "currency"]
    fields = ["code", "currency", "held", "floored", "stored", "moved_at"]
    readonly_fields = ["held"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        """With the balance as a column: one query for the page."""
        return super().get_queryset(request).annotate(held_now=HELD)

    @admin.display(description=_("holds"))
    def held(self, row: Account) -> str:
        """The balance now, as people read it."""
        return Money(row.held_now, row.currency).format()  # type: ignore[attr-defined]  # annotated above


class TransferInline(ReadOnly, admin.TabularInline[Transfer, Movement]):
    """What moved in one movement."""

    model = Transfer
    fields = ["source", "target", "money", "subject", "source_after", "target_after"]
    readonly_fields = ["source", "target", "money", "subject", "source_after", "target_after"]
    ordering = ["id"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """With both accounts."""
        return super().get_queryset(request).select_related("source", "target")

    @admin.display(description=_("amount"))
    def money(self, row: Transfer) -> str:
        """The amount as people read it."""
        return row.money.format()

    @admin.display(description=_("source balance after"))
    def source_after(self, row: Transfer) -> str:
        """What the source held after it, where a balance is kept."""
        return _after(row.source_balance, row.currency)

    @admin.display(description=_("destination balance after"))
    def target_after(self, row: Transfer) -> str:
        """What the target held after it, where a balance is kept."""
        return _after(row.target_balance, row.currency)


@admin.register(Movement)
class MovementAdmin(ReadOnly, admin.ModelAdmin[Movement]):
    """Why money moved, newest first."""

    list_display = ["at", "kind", "key", "reference", "actor", "memo"]
    list_filter = ["kind"]
    search_fields = ["=reference", "=key"]
    search_help_text = _("A whole reference (B-71840) or a whole key (checkout:7:paid)")
    ordering = ["-id"]
    fields = ["key", "kind", "reference", "actor", "memo", "reverses", "at"]
    inlines = [TransferInline]


@admin.register(Transfer)
class TransferAdmin(ReadOnly, admin.ModelAdmin[Transfer]):
    """Single transfers, newest first; found by what they were for."""

    list_display = ["at", "movement", "source", "target", "money", "subject"]
    list_filter = ["currency"]
    search_fields = ["=movement__reference", "=movement__key", "=source__code", "=target__code"]
    search_help_text = _("A whole reference, key or account: B-71840, checkout:7:paid, seller:7:pending")
    ordering = ["-id"]
    fields = [
        "movement",
        "source",
        "target",
        "money",
        "subject",
        "source_after",
        "target_after",
        "at",
        "exact",
    ]
    readonly_fields = ["money", "source_after", "target_after", "exact"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """With what each row is called by."""
        return super().get_queryset(request).select_related("movement", "source", "target")

    @admin.display(description=_("amount"))
    def money(self, row: Transfer) -> str:
        """The amount as people read it."""
        return row.money.format()

    @admin.display(description=_("source balance after"))
    def source_after(self, row: Transfer) -> str:
        """What the source held after it, where a balance is kept."""
        return _after(row.source_balance, row.currency)

    @admin.display(description=_("destination balance after"))
    def target_after(self, row: Transfer) -> str:
        """What the target held after it, where a balance is kept."""
        return _after(row.target_balance, row.currency)

    @admin.display(description=_("in minor units"))
    def exact(self, row: Transfer) -> str:
        """The amount as it is stored."""
        return f"{row.amount} {row.currency}"


def _after(balance: int | None, currency: str) -> str:
    return "–" if balance is None else Money(balance, currency).format()
