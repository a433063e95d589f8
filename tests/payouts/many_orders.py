"""Sent orders of shops by the thousand, as rows: copies of one real order, whose money the ledger has as pending."""

from __future__ import annotations

import itertools

from django.db import connection, transaction

from marketplace.models import Order
from wallet import accounts, ledger
from wallet.posting import Posting, Transfer

_numbers = itertools.count(1)


def copies(
    of: Order, *, seller_id: int, many: int, currency: str = "GBP", held: int | None = None
) -> list[int]:
    """As many orders of a shop like this one, each holding what this one held unless told; returns their ids.

    A copy with `held` 0 is one of which everything was given back by amounts and not by refunds: it holds nothing.
    """
    each = of.held if held is None else held
    columns = [field.column for field in Order._meta.concrete_fields if field.column != "id"]
    own = {
        "seller_id": "%(seller)s",
        "number": "'X-' || %(batch)s || '-' || n",
        "currency": "%(currency)s",
        "held": "%(held)s",
    }
    batch = next(_numbers)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO marketplace_order ({", ".join(columns)})
                SELECT {", ".join(own.get(column, f"o.{column}") for column in columns)}
                  FROM marketplace_order o, generate_series(1, %(many)s) AS n WHERE o.id = %(of)s RETURNING id""",
            {
                "seller": seller_id,
                "batch": batch,
                "currency": currency,
                "held": each,
                "many": many,
                "of": of.pk,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
        if each:
            part = Transfer("platform:demo", accounts.pending(seller_id), each * many)
            ledger.post(Posting(f"copies:{batch}", "demo_credited", currency, (part,)))
    return ids
