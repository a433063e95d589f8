"""Staff actions that move money, or let it move: asked for with a reason, and above a limit decided by a second person.

What can be asked for is a table (setting APPROVAL_ACTIONS); each action belongs to the app whose verb it calls.
"""

from wallet.approvals.action import Action, Change, Tampered
from wallet.approvals.credit_wallet import request_credit
from wallet.approvals.decisions import (
    TRANSITIONS,
    Allowance,
    NotAllowed,
    NotPermitted,
    Status,
    allowance,
    approve,
    asked_that_day,
    expire_due,
    may_decide,
    refuse,
    request,
)
from wallet.approvals.registry import action_of, actions

__all__ = [
    "TRANSITIONS",
    "Action",
    "Allowance",
    "Change",
    "NotAllowed",
    "NotPermitted",
    "Status",
    "Tampered",
    "action_of",
    "actions",
    "allowance",
    "approve",
    "asked_that_day",
    "expire_due",
    "may_decide",
    "refuse",
    "request",
    "request_credit",
]
