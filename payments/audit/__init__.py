"""What must hold between orders, payments and the ledger: rows, movements by their rows, and balances by rows."""

from payments.audit import balances, cases, dispute_kinds, documents, refund_kinds, sale_kinds, seller_kinds
from payments.audit.rows import ROWS

KINDS = (*sale_kinds.KINDS, *refund_kinds.KINDS, *dispute_kinds.KINDS, *seller_kinds.KINDS)
CHECKS = [
    *ROWS,
    *(kind.check() for kind in KINDS),
    *seller_kinds.CHECKS,
    *cases.CHECKS,
    *balances.CHECKS,
    *documents.CHECKS,
]
