"""Documents, to read: their numbers, what they say, the file. And what is asked for and has no number yet."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import ReadOnly
from payments.models import Document, DocumentRequest, DocumentSeries


@admin.register(Document)
class DocumentAdmin(ReadOnly, admin.ModelAdmin[Document]):
    """Every numbered document, newest first."""

    list_display = ["name", "kind", "seller", "user", "state", "issued_at", "pdf"]
    list_filter = ["state", "kind"]
    list_select_related = ["seller", "user"]
    search_fields = ["=name", "=subject"]
    search_help_text = _("A whole number (R-2026-000041), or what it is about (order:7)")
    ordering = ["-id"]
    fields = [
        "name",
        "kind",
        "subject",
        "series",
        "seller",
        "user",
        "language",
        "paper",
        "fact_at",
        "issued_at",
        "state",
        "pdf",
        "sha256",
        "bytes",
        "rendered_at",
        "attempts",
        "due_at",
        "error",
        "snapshot",
    ]
    readonly_fields = ["pdf"]

    @admin.display(description=_("file"))
    def pdf(self, document: Document) -> SafeString | str:
        """A link to the file, where there is one."""
        if not document.rendered:
            return "–"
        return format_html('<a href="{}">PDF</a>', reverse("admin:document", args=[document.pk]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the series."""
        return super().get_queryset(request).select_related("series")


@admin.register(DocumentRequest)
class DocumentRequestAdmin(ReadOnly, admin.ModelAdmin[DocumentRequest]):
    """What waits for its number."""

    list_display = ["kind", "subject", "issuer", "fact_at", "attempts", "due_at"]
    list_filter = ["kind"]
    search_fields = ["=subject"]
    ordering = ["due_at", "id"]


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ReadOnly, admin.ModelAdmin[DocumentSeries]):
    """How far each series has counted."""

    list_display = ["issuer", "kind", "year", "last"]
    list_filter = ["kind", "year"]
    search_fields = ["=issuer"]
    ordering = ["-id"]
