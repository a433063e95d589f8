"""Tools of every API view: one error shape, scopes, money fields, keyset pages, idempotent POSTs.

Shapes and codes: docs "What the outside sees", HTTP.
"""

from banibs.core.api.errors import Refused, error
from banibs.core.api.fields import (
    AmountField,
    LineField,
    MoneyField,
    MoneySerializer,
    StrictSerializer,
    TextField,
    money,
)
from banibs.core.api.idempotent_views import IDEMPOTENCY_HEADER, idempotent, idempotent_outside, plain
from banibs.core.api.pagination import PAGE_PARAMETERS, PAGING, KeysetPage, flag, known_filters, page_of
from banibs.core.api.scopes import SCOPES, HasScope

__all__ = [
    "IDEMPOTENCY_HEADER",
    "PAGE_PARAMETERS",
    "PAGING",
    "SCOPES",
    "AmountField",
    "HasScope",
    "KeysetPage",
    "LineField",
    "MoneyField",
    "MoneySerializer",
    "Refused",
    "StrictSerializer",
    "TextField",
    "error",
    "flag",
    "idempotent",
    "idempotent_outside",
    "known_filters",
    "money",
    "page_of",
    "plain",
]
