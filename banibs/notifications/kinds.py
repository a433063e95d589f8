"""Every kind of notice: its words, its icon, and the letter that goes with it. The one table.

Words are made when they are read, in the reader's language, from the `data` that was kept when it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BUYING, SELLING = "buying", "selling"


@dataclass(frozen=True, slots=True)
class Kind:
    """`text` is filled with the notice's data; `label` names the kind where letters are chosen.

    `always`: its letter is no choice, because what it says cannot wait for the next visit.
    """

    side: str
    icon: str
    label: str | Promise
    text: str | Promise
    letter: str = ""  # the template of its email; none: it has no letter of its own
    always: bool = False


KINDS: Mapping[str, Kind] = {
    "order_confirmed": Kind(
        BUYING,
        "check",
        _("Order confirmed"),
        _("Order %(number)s confirmed, %(total)s."),
        "order_confirmed",
    ),
    "order_ready": Kind(
        BUYING,
        "download",
        _("Files ready to download"),
        _("Ready to download: %(titles)s."),
        "order_ready",
    ),
    "order_posted": Kind(
        BUYING,
        "truck",
        _("Parcel posted"),
        _("%(shop)s posted your parcel of order %(number)s."),
        "order_posted",
    ),
    "order_canceled": Kind(
        BUYING,
        "circle-x",
        _("Order cancelled"),
        _("%(shop)s cancelled its part of order %(number)s. %(refund)s goes back the way you paid."),
        "order_canceled",
    ),
    "order_canceled_by_you": Kind(
        BUYING,
        "circle-x",
        _("You cancelled"),
        _("You cancelled order %(number)s at %(shop)s. %(refund)s goes back the way you paid."),
        "payment_note",
    ),
    "order_failed": Kind(
        BUYING,
        "circle-alert",
        _("Payment failed"),
        _("Order %(number)s was not paid in time and is cancelled. Nothing was charged."),
        "order_failed",
    ),
    "order_completed": Kind(
        BUYING,
        "check",
        _("Order complete"),
        _("Order %(number)s of %(shop)s counts as received."),
    ),
    "payment_declined": Kind(
        BUYING,
        "circle-alert",
        _("Card declined"),
        _(
            "The payment of order %(number)s did not go through. %(reason)s Nothing was charged; the order waits."
        ),
        "payment_note",
    ),
    "payment_unapplied": Kind(
        BUYING,
        "rotate-ccw",
        _("Payment came too late"),
        _(
            "%(amount)s came for order %(number)s, which did not wait for it any more. It goes back by itself."
        ),
    ),
    "payment_given_back": Kind(
        BUYING,
        "rotate-ccw",
        _("Late payment sent back"),
        _("%(amount)s that came too late for order %(number)s is on its way back to your card."),
        "payment_note",
    ),
    "refund_made": Kind(
        BUYING,
        "rotate-ccw",
        _("You get money back"),
        _(
            "%(shop)s gives back %(amount)s of order %(number)s the way you paid: to your wallet at once, to your card"
            " within days. %(reason)s"
        ),
        "payment_note",
    ),
    "refund_sent": Kind(
        BUYING,
        "rotate-ccw",
        _("Refund sent"),
        _("%(amount)s of order %(number)s was sent back to your card. Banks take a few days to show it."),
        "payment_note",
    ),
    "refund_to_wallet": Kind(
        BUYING,
        "wallet",
        _("Refund in your wallet"),
        _("Your card did not take the refund of order %(number)s. %(amount)s is in your wallet instead."),
        "payment_note",
    ),
    "refund_canceled": Kind(
        BUYING,
        "wallet",
        _("Refund taken back"),
        _(
            "A refund of %(amount)s for order %(number)s was taken back before it left. The order's page says how it"
            " stands now."
        ),
        "payment_note",
    ),
    "payment_in_wallet": Kind(
        BUYING,
        "wallet",
        _("Late payment in your wallet"),
        _(
            "%(amount)s that came too late for order %(number)s could not go back to your card. It is in your wallet."
        ),
        "payment_note",
    ),
    "order_disputed": Kind(
        BUYING,
        "scale",
        _("Payment disputed"),
        _(
            "Your bank disputes the payment of order %(number)s to %(shop)s and has taken %(amount)s back. It decides;"
            " you need do nothing here. Files wait meanwhile. If it is a mistake, tell your bank."
        ),
        "payment_note",
    ),
    "wallet_disputed": Kind(
        BUYING,
        "scale",
        _("Top-up disputed"),
        _(
            "Your bank disputes a top-up and has taken %(amount)s back. %(held)s of your wallet is set aside until it"
            " has decided. If it is a mistake, tell your bank."
        ),
        "payment_note",
        always=True,
    ),
    "wallet_frozen": Kind(
        BUYING,
        "lock",
        _("Wallet frozen"),
        _(
            "Your bank took back %(amount)s of a top-up for good. Your wallet pays for nothing until our staff have"
            " looked at it. To put it right, reply to the email that we sent you."
        ),
        "payment_note",
        always=True,
    ),
    "wallet_topped_up": Kind(
        BUYING,
        "wallet",
        _("Wallet topped up"),
        _("%(amount)s was added to your wallet by card."),
        "payment_note",
    ),
    "sale_unapplied": Kind(
        SELLING,
        "circle-alert",
        _("Payment came too late"),
        _(
            "A payment for %(order_number)s came after the order had expired. It goes back; there is nothing to send."
        ),
    ),
    "sale_refund_to_wallet": Kind(
        SELLING,
        "wallet",
        _("Refund in the buyer's wallet"),
        _(
            "The buyer's card did not take the refund of order %(order_number)s. %(amount)s is in their wallet"
            " instead. Your balance stays as it is."
        ),
    ),
    "sale_refund_canceled": Kind(
        SELLING,
        "wallet",
        _("Refund taken back"),
        _(
            "A refund of %(amount)s for order %(order_number)s was taken back before it left. What it took from you is"
            " yours again."
        ),
    ),
    "sale_disputed": Kind(
        SELLING,
        "scale",
        _("Payment disputed"),
        _(
            "The buyer's bank disputes the payment of %(order_number)s: %(reason)s. Until it has decided, your share of"
            " %(net)s is on hold, and what is left of the order does not clear. Stripe charged %(fee)s for it."
        ),
        "payment_note",
        always=True,
    ),
    "sale_inquiry": Kind(
        SELLING,
        "scale",
        _("The buyer's bank asks"),
        _(
            "The buyer's bank asks about the payment of %(order_number)s: %(reason)s. Nothing was taken. Answer with what"
            " shows that it is right, and it may stay at that."
        ),
        "payment_note",
        always=True,
    ),
    "sale_inquiry_closed": Kind(
        SELLING,
        "check",
        _("The bank asks no more"),
        _("The bank's question about %(order_number)s is closed. Nothing was taken."),
    ),
    "sale_evidence_due": Kind(
        SELLING,
        "clock",
        _("Evidence is due soon"),
        _(
            "The bank still waits for evidence about %(order_number)s. Send it by %(until)s UTC; after that we send what we"
            " know by ourselves, without your words."
        ),
        "payment_note",
        always=True,
    ),
    "sale_evidence_sent": Kind(
        SELLING,
        "check",
        _("Evidence sent"),
        _("The evidence about %(order_number)s went to the bank. It decides, which can take weeks."),
    ),
    "sale_dispute_won": Kind(
        SELLING,
        "check",
        _("Dispute decided for you"),
        _("The bank decided for you on %(order_number)s. Your share of %(net)s is in your balance again."),
        "payment_note",
    ),
    "sale_dispute_lost": Kind(
        SELLING,
        "scale",
        _("Dispute decided for the buyer"),
        _(
            "The bank decided for the buyer on %(order_number)s. Your share of %(net)s went to them; BANIBS gave up"
            " its fee on it."
        ),
        "payment_note",
        always=True,
    ),
    "sale_dispute_reinstated": Kind(
        SELLING,
        "check",
        _("Disputed money given back"),
        _(
            "The bank gave back what it had taken for %(order_number)s. Your share of %(net)s is in your balance"
            " again."
        ),
        "payment_note",
    ),
    "sale_paid": Kind(
        SELLING,
        "banknote",
        _("Payment received"),
        _("Payment received, funds in escrow: %(net)s of order %(order_number)s."),
        "sale_paid",
    ),
    "sale_to_send": Kind(
        SELLING,
        "package",
        _("New order to send"),
        _("Order confirmed, awaiting shipment: %(order_number)s, %(titles)s."),
        "sale_to_send",
    ),
    "sale_canceled": Kind(
        SELLING,
        "circle-x",
        _("Sale cancelled"),
        _("Order %(order_number)s is cancelled. The buyer gets %(refund)s back."),
        "sale_canceled",
    ),
    "sale_refunded": Kind(
        SELLING,
        "rotate-ccw",
        _("Sale refunded"),
        _("%(amount)s of %(order_number)s went back to the buyer. Your share of it was %(net)s."),
        "payment_note",
    ),
    "sale_completed": Kind(
        SELLING,
        "check",
        _("Sale complete"),
        _("Order %(order_number)s is complete. The buyer has it."),
        "sale_completed",
    ),
    "case_proposed": Kind(
        BUYING,
        "hand-coins",
        _("An offer from the shop"),
        _("%(shop)s makes you an offer about order %(number)s. Take it or decline it on its page."),
        "payment_note",
        always=True,
    ),
    "case_taken_back": Kind(
        BUYING,
        "rotate-ccw",
        _("An offer taken back"),
        _("%(shop)s took back its offer about order %(number)s and has time to make another."),
        "payment_note",
    ),
    "case_declined": Kind(
        BUYING,
        "circle-x",
        _("The shop declined"),
        _("%(shop)s offers nothing about order %(number)s. Read why; you can ask BANIBS to decide."),
        "payment_note",
        always=True,
    ),
    "case_parcel_sent": Kind(
        BUYING,
        "truck",
        _("Another one is on its way"),
        _("%(shop)s sent another one for order %(number)s. Say when it has come."),
        "payment_note",
    ),
    "case_at_staff": Kind(
        BUYING,
        "scale",
        _("BANIBS decides"),
        _("BANIBS decides about your problem with order %(number)s. You need do nothing."),
        "payment_note",
    ),
    "case_closed": Kind(
        BUYING,
        "check",
        _("A problem closed"),
        _("Your problem with order %(number)s is closed. See how it ended."),
        "payment_note",
    ),
    "order_message": Kind(
        BUYING,
        "message-circle",
        _("A message from the shop"),
        _("%(shop)s wrote to you about order %(number)s."),
        "payment_note",
    ),
    "sale_case_opened": Kind(
        SELLING,
        "circle-alert",
        _("Something is wrong"),
        _("The buyer of %(order_number)s says that something is wrong. Answer in time, or BANIBS decides."),
        "payment_note",
        always=True,
    ),
    "sale_case_agreed": Kind(
        SELLING,
        "check",
        _("Your offer was taken"),
        _("The buyer of %(order_number)s took your offer."),
        "payment_note",
    ),
    "sale_case_declined": Kind(
        SELLING,
        "circle-x",
        _("Your offer was declined"),
        _("The buyer of %(order_number)s declined your offer. Make another in time, or BANIBS decides."),
        "payment_note",
        always=True,
    ),
    "sale_case_parcel_sent": Kind(
        SELLING,
        "truck",
        _("A return is on its way"),
        _("The buyer of %(order_number)s sent the parcel back. Say when it has come."),
        "payment_note",
    ),
    "sale_case_at_staff": Kind(
        SELLING,
        "scale",
        _("BANIBS decides"),
        _("BANIBS decides about the problem with %(order_number)s."),
        "payment_note",
    ),
    "sale_case_closed": Kind(
        SELLING,
        "check",
        _("A problem closed"),
        _("The problem with %(order_number)s is closed. See how it ended."),
        "payment_note",
    ),
    "sale_message": Kind(
        SELLING,
        "message-circle",
        _("A message from a buyer"),
        _("The buyer of %(order_number)s wrote to you."),
        "payment_note",
    ),
    "payout_on_its_way": Kind(
        SELLING,
        "landmark",
        _("A payout is on its way"),
        _("%(amount)s of %(shop)s is on its way to %(to)s. %(expected)s"),
        "payout_note",
    ),
    "payout_paid": Kind(
        SELLING,
        "check",
        _("A payout has arrived"),
        _("%(amount)s of %(shop)s was paid to %(to)s."),
        "payout_note",
    ),
    "payout_failed": Kind(
        SELLING,
        "circle-alert",
        _("A payout was not sent"),
        _("%(amount)s did not get through to %(to)s and is in your available balance. %(why)s"),
        "payout_problem",
        always=True,
    ),
    "payout_returned": Kind(
        SELLING,
        "circle-alert",
        _("A payout came back"),
        _("%(amount)s came back from %(to)s and is in your available balance. %(why)s"),
        "payout_problem",
        always=True,
    ),
    "payout_held": Kind(
        SELLING,
        "search-check",
        _("A payout is being checked"),
        _("Your payout of %(amount)s to %(to)s waits. “%(why)s” You need do nothing."),
        "payout_note",
        always=True,
    ),
    "payout_canceled": Kind(
        SELLING,
        "circle-x",
        _("A payout was cancelled"),
        _("Your payout of %(amount)s to %(to)s is cancelled; the money is in your balance. %(why)s"),
        "payout_note",
        always=True,
    ),
    "payout_waits": Kind(
        SELLING,
        "circle-alert",
        _("A payout waits for you"),
        _("Your payout of %(amount)s to %(to)s waits for you. %(why)s"),
        "payout_problem",
        always=True,
    ),
    "payout_offered": Kind(
        SELLING,
        "bitcoin",
        _("Accept a rate"),
        _(
            "You would get %(quantity)s for your payout of %(amount)s. Accept by %(until)s, or it is cancelled."
        ),
        "payout_problem",
        always=True,
    ),
    "payouts_held": Kind(
        SELLING,
        "lock",
        _("Your payouts are held"),
        _("BANIBS holds the payouts of %(shop)s. “%(why)s” We look at it again on %(review_on)s."),
        "payout_problem",
        always=True,
    ),
    "payouts_go_on": Kind(
        SELLING,
        "check",
        _("Your payouts go on"),
        _("The payouts of %(shop)s go on. What waited is sent now."),
        "payout_note",
        always=True,
    ),
    "payout_method_added": Kind(
        SELLING,
        "landmark",
        _("A destination for your payouts was added"),
        _("%(shown)s was added to %(shop)s. Money can go there from %(usable)s."),
        "payout_method",
        always=True,
    ),
    "payout_method_removed": Kind(
        SELLING,
        "landmark",
        _("A destination for your payouts was removed"),
        _("%(shown)s of %(shop)s was removed. Nothing more is sent there, and its schedules ended."),
        "payout_removed",
        always=True,
    ),
    "payout_method_failed": Kind(
        SELLING,
        "circle-alert",
        _("A destination for your payouts was not accepted"),
        _("%(shown)s of %(shop)s was not accepted. %(reason)s"),
        "payout_removed",
    ),
    "shop_suspended": Kind(
        SELLING,
        "circle-alert",
        _("Shop suspended"),
        _(
            "%(shop)s is suspended, and nothing of it is on sale. The reason, as our staff wrote it: “%(reason)s”"
            " Orders that are paid still have to be sent. To put it right, reply to the email that we sent you."
        ),
        "shop_suspended",
        always=True,
    ),
    "shop_reinstated": Kind(
        SELLING,
        "store",
        _("Shop open again"),
        _("%(shop)s is open again, and what you had on sale is on sale."),
        "shop_reinstated",
        always=True,
    ),
    "file_refused": Kind(
        SELLING,
        "circle-alert",
        _("File refused"),
        _("“%(file)s” of %(listing)s did not pass the virus scanner and was deleted. Add another file."),
        "shop_file_refused",
        always=True,
    ),
}
