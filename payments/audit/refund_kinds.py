"""The movements of money on its way back to buyers, as refunds and intents say."""

from __future__ import annotations

from payments.audit.pieces import TAX, fee_account, touched
from wallet.audit.kinds import Rows

_ORDERS = touched("payments_refund", "order_id", "order")

ORDER_REFUNDED = Rows(
    kind="order_refunded",
    name="payments.refunds_are_booked",
    promise="Each refund is booked once: each who had a part of its order gives what the refund's columns say, and its "
    "buyer gets it, by tender; and nothing else is booked as a refund.",
    table="payments_refund",
    key="^refund:([0-9]+):posted$",
    legs=f"""
SELECT 'refund:' || root.id || ':posted' AS key, root.currency, 'order:' || o.id AS subject, leg.account, leg.change
  FROM payments_refund root
  JOIN marketplace_order o ON o.id = root.order_id
  JOIN marketplace_checkout c ON c.id = o.checkout_id
 CROSS JOIN LATERAL (VALUES
         ('seller:' || o.seller_id || ':pending', -root.from_held),
         ('seller:' || o.seller_id || ':reserve', -root.from_reserve),
         ('seller:' || o.seller_id || ':available', -root.from_available),
         ({fee_account("'refund:' || root.id || ':posted'", "root.created_at")}, -root.fee),
         ({TAX}, -root.tax),
         ('platform:processing', -root.processing),
         ('platform:promotions', root.promotion),
         ('user:' || o.buyer_id || ':wallet', root.wallet_part),
         ('stripe:refunds', root.card_part)) leg(account, change)
 WHERE {{where}}""",
    touched=_ORDERS,
)

REFUND_CANCELED = Rows(
    kind="refund_canceled",
    name="payments.canceled_refunds_undone",
    promise="A refund that was canceled is undone once: each gets back what it gave.",
    table="payments_refund",
    key="^refund:([0-9]+):canceled$",
    legs=f"""
SELECT 'refund:' || root.id || ':canceled' AS key, root.currency, 'order:' || o.id AS subject, leg.account, leg.change
  FROM payments_refund root
  JOIN marketplace_order o ON o.id = root.order_id
  JOIN marketplace_checkout c ON c.id = o.checkout_id
  LEFT JOIN wallet_movement undone ON undone.key = 'refund:' || root.id || ':canceled'
 CROSS JOIN LATERAL (VALUES
         ('seller:' || o.seller_id || CASE WHEN o.cleared_at <= undone.at OR o.canceled_at <= undone.at
                                              OR (o.status = 'refunded' AND o.cleared_at IS NULL)
                                           THEN ':available' ELSE ':pending' END, root.from_held),
         ('seller:' || o.seller_id || ':reserve', root.from_reserve),
         ('seller:' || o.seller_id || ':available', root.from_available),
         ({fee_account("'refund:' || root.id || ':canceled'", "undone.at", back=True)}, root.fee),
         ({TAX}, root.tax),
         ('platform:processing', root.processing),
         ('platform:promotions', -root.promotion),
         ('stripe:refunds', -root.card_part)) leg(account, change)
 WHERE root.status = 'canceled' AND {{where}}""",
    touched=_ORDERS,
)

# The last attempt's state stands on the refund. An earlier one failed: what it had sent came back.
_ATTEMPTS = """
  FROM payments_refund root
 CROSS JOIN LATERAL generate_series(1, root.attempt) AS attempt(number)
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM wallet_movement m
                                     WHERE m.key = 'refund:' || root.id || ':' || attempt.number || ':sent')
                            AND attempt.number < root.attempt AS before) came"""


def _attempts(
    kind: str, what: str, promise: str, *, name: str, column: str, source: str, target: str
) -> Rows:
    return Rows(
        kind=kind,
        name=name,
        promise=promise,
        table="payments_refund",
        key=f"^refund:([0-9]+):[0-9]+:{what}$",
        legs=f"""
SELECT 'refund:' || root.id || ':' || attempt.number || ':{what}' AS key, root.currency, 'refund:' || root.id AS subject,
       leg.account, leg.change
{_ATTEMPTS}
 CROSS JOIN LATERAL (VALUES ('{source}', -root.card_part), ('{target}', root.card_part)) leg(account, change)
 WHERE (came.before OR (attempt.number = root.attempt AND root.{column} IS NOT NULL)) AND {{where}}""",
        touched=_ORDERS,
    )


REFUND_SENT = _attempts(
    "refund_sent",
    "sent",
    "What a refund says to have left for the card left once, and nothing else did.",
    name="payments.refunds_sent",
    column="sent_at",
    source="stripe:refunds",
    target="stripe:clearing",
)
REFUND_FAILED = _attempts(
    "refund_failed",
    "failed",
    "What a refund says to have come back from the card came back once, and nothing else did.",
    name="payments.refunds_failed",
    column="returned_at",
    source="stripe:clearing",
    target="stripe:refunds",
)

REFUND_TO_WALLET = Rows(
    kind="refund_to_wallet",
    name="payments.refunds_to_wallets",
    promise="What a card would not take went to its buyer's wallet instead, once, where the refund says so.",
    table="payments_refund",
    key="^refund:([0-9]+):to_wallet$",
    legs="""
SELECT 'refund:' || root.id || ':to_wallet' AS key, root.currency, 'refund:' || root.id AS subject, leg.account,
       leg.change
  FROM payments_refund root
  JOIN marketplace_order o ON o.id = root.order_id
 CROSS JOIN LATERAL (VALUES ('stripe:refunds', -root.card_part),
                            ('user:' || o.buyer_id || ':wallet', root.card_part)) leg(account, change)
 WHERE root.to_wallet_at IS NOT NULL AND {where}""",
    touched=_ORDERS,
)

_INTENTS = touched("payments_intent", "payment_id", "payment")

UNAPPLIED = Rows(
    kind="payment_unapplied",
    name="payments.unapplied_is_booked",
    promise="Money that came for nothing is kept apart once for each intent that says so, and for no other.",
    table="payments_intent",
    key="^intent:([0-9]+):unapplied$",
    legs="""
SELECT 'intent:' || root.id || ':unapplied' AS key, root.currency, 'payment:' || root.payment_id AS subject,
       leg.account, leg.change
  FROM payments_intent root
 CROSS JOIN LATERAL (VALUES ('stripe:clearing', -root.amount), ('stripe:unapplied', root.amount)) leg(account, change)
 WHERE root.status IN ('unapplied', 'unapplied_refunded') AND {where}""",
    touched=_INTENTS,
)

# The last attempt's state stands on the intent; what an earlier one had sent came back.
_TRIES = """
  FROM payments_intent root
 CROSS JOIN LATERAL generate_series(1, root.refund_attempt) AS attempt(number)
 CROSS JOIN LATERAL (SELECT 'intent:' || root.id || ':' || CASE attempt.number WHEN 1 THEN '' ELSE attempt.number || ':' END
                            || 'unapplied_refunded' AS key) sent
 CROSS JOIN LATERAL (SELECT attempt.number < root.refund_attempt
                            AND EXISTS (SELECT FROM wallet_movement m WHERE m.key = sent.key) AS before) came"""

UNAPPLIED_REFUNDED = Rows(
    kind="unapplied_refunded",
    name="payments.unapplied_went_back",
    promise="What came for nothing went back to its card once for each try that its intent tells of.",
    table="payments_intent",
    key="^intent:([0-9]+):([0-9]+:)?unapplied_refunded$",
    legs=f"""
SELECT sent.key, root.currency, 'payment:' || root.payment_id AS subject, leg.account, leg.change
{_TRIES}
 CROSS JOIN LATERAL (VALUES ('stripe:unapplied', -root.amount), ('stripe:clearing', root.amount)) leg(account, change)
 WHERE (came.before OR (attempt.number = root.refund_attempt AND root.refund_sent_at IS NOT NULL)) AND {{where}}""",
    touched=_INTENTS,
)

UNAPPLIED_RETURNED = Rows(
    kind="reversed",
    name="payments.corrections",
    promise="Nothing was corrected but what Stripe gave back of money that came for nothing, where its intent says so.",
    table="payments_intent",
    key="^intent:([0-9]+):([0-9]+:)?unapplied_refunded:reversed$",
    legs=f"""
SELECT sent.key || ':reversed' AS key, root.currency, 'payment:' || root.payment_id AS subject, leg.account, leg.change
{_TRIES}
 CROSS JOIN LATERAL (VALUES ('stripe:clearing', -root.amount), ('stripe:unapplied', root.amount)) leg(account, change)
 WHERE (came.before OR (attempt.number = root.refund_attempt AND root.refund_returned_at IS NOT NULL)) AND {{where}}""",
    touched=_INTENTS,
)

UNAPPLIED_TO_WALLET = Rows(
    kind="unapplied_to_wallet",
    name="payments.unapplied_to_wallets",
    promise="What came for nothing, and no card takes back, went to its payer's wallet once, where the intent says so.",
    table="payments_intent",
    key="^intent:([0-9]+):unapplied_to_wallet$",
    legs="""
SELECT 'intent:' || root.id || ':unapplied_to_wallet' AS key, root.currency, 'payment:' || root.payment_id AS subject,
       leg.account, leg.change
  FROM payments_intent root
  JOIN payments_payment p ON p.id = root.payment_id
 CROSS JOIN LATERAL (VALUES ('stripe:unapplied', -root.amount),
                            ('user:' || p.user_id || ':wallet', root.amount)) leg(account, change)
 WHERE root.to_wallet_at IS NOT NULL AND {where}""",
    touched=_INTENTS,
)

KINDS = (
    ORDER_REFUNDED,
    REFUND_CANCELED,
    REFUND_SENT,
    REFUND_FAILED,
    REFUND_TO_WALLET,
    UNAPPLIED,
    UNAPPLIED_REFUNDED,
    UNAPPLIED_RETURNED,
    UNAPPLIED_TO_WALLET,
)
