"""Why Stripe does not pay out, or a bank sent it back, in a shop's words, with what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _


def problem(code: str) -> str:
    """Why nothing can be sent to a bank account at Stripe just now. The codes are ours."""
    return {
        "account_missing": _("Connect a bank account with Stripe first."),
        "account_checked": _("Stripe is checking your details. This can take a day."),
        "account_not_ready": _("Stripe needs something more from you first. Open your Stripe details."),
        "account_in_debt": _(
            "Your Stripe account owes Stripe money, so Stripe would keep this payout. Settle it at Stripe, then try again."
        ),
        "bank_account_missing": _("Your Stripe account has no bank account in this currency."),
        "bank_account_gone": _(
            "This bank account is not on your Stripe account any more. Add the new one as a destination."
        ),
        "bank_account_unusable": _("A payout to this bank account came back. Give Stripe another one."),
        "reversal_short": _(
            "The money is on your Stripe account, and could not be taken back from there yet."
        ),
    }[code]


def failure(code: str) -> str:
    """Why a payout did not get through (codes: Stripe, "Payout failures")."""
    return {
        "account_closed": _("The bank account is closed. Give Stripe another one."),
        "account_frozen": _("The bank account is frozen. Ask your bank, or give Stripe another one."),
        "bank_account_restricted": _("The bank account does not take such payments. Ask your bank."),
        "bank_ownership_changed": _(
            "The bank account is not valid any more: your bank changed hands. Give Stripe the new one."
        ),
        "could_not_process": _("The bank could not take it. Ask your bank, then try again."),
        "debit_not_authorized": _(
            "The bank account does not allow debits, which Stripe asks for. Ask your bank."
        ),
        "declined": _("The bank declined it. Ask your bank, then try again."),
        "insufficient_funds": _("Your Stripe account does not hold enough. Try again."),
        "invalid_account_number": _("The account number is not right. Give Stripe the right one."),
        "invalid_currency": _("The bank account does not take this currency. Give Stripe one that does."),
        "no_account": _("The bank knows no such account. Check the number and give Stripe the right one."),
        "incorrect_account_holder_name": _("The account holder’s name is not the bank’s. Mend it at Stripe."),
        "unsupported_card": _("The card takes no payouts any more. Give Stripe another one."),
        "canceled": _("The payout was cancelled at Stripe."),
        "reversed": _("The money was taken back before it was paid out."),
    }.get(code, _("The bank did not take it, and does not say why. Ask your bank, then try again."))
