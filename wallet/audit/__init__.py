"""What must hold of the ledger: its own arithmetic, and its kinds of movement that stand on rows of the wallet."""

from wallet.audit import approvals, own_kinds
from wallet.audit.books import BOOKS
from wallet.audit.kinds import known
from wallet.statement import KINDS

CHECKS = [
    *BOOKS,
    known("wallet.kinds_known", list(KINDS)),
    *(kind.check() for kind in own_kinds.KINDS),
    own_kinds.no_demo_money(),
    *approvals.CHECKS,
]
