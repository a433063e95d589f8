"""The movements of card disputes, as their rounds and frozen shares say."""

from __future__ import annotations

from payments.audit.pieces import TAX, fee_account, touched
from wallet.audit.kinds import Rows

_KEY = "'dispute:' || root.dispute_id || ':' || root.number || ':{what}'"
_TOUCHED = touched("payments_disputeround", "dispute_id", "dispute")
_ON_HOLD = "s.from_held + s.from_reserve + s.from_available"
_BORNE = "s.amount - s.from_wallet - s.from_unapplied"
_HOLD = f"'seller:' || o.seller_id || ':disputed', {{sign}}({_ON_HOLD})"


def _rows(what: str, promise: str, *, states: str, round_: str, order: str, wallet: str) -> Rows:
    """A kind of a round's movements, from VALUES of the round, of each order's share, and of a share without order."""
    key = _KEY.format(what=what)
    return Rows(
        kind=f"dispute_{what}",
        name=f"payments.dispute_{what}",
        promise=promise,
        table="payments_disputeround",
        # The id in the key is the dispute's; its rounds are found by what happened to it.
        key="^never:([0-9]+)$",
        legs=f"""
SELECT {key} AS key, d.currency, leg.subject, leg.account, leg.change
  FROM payments_disputeround root
  JOIN payments_dispute d ON d.id = root.dispute_id
  LEFT JOIN wallet_movement m ON m.key = {key}
 CROSS JOIN LATERAL (
   SELECT 'dispute:' || d.id AS subject, part.account, part.change
     FROM (VALUES {round_}) part(account, change)
    UNION ALL
   SELECT 'order:' || o.id, part.account, part.change
     FROM payments_disputeshare s
     JOIN marketplace_order o ON o.id = s.order_id
     JOIN marketplace_checkout c ON c.id = o.checkout_id
    CROSS JOIN LATERAL (VALUES {order}) part(account, change)
    WHERE s.round_id = root.id
    UNION ALL
   SELECT 'dispute:' || d.id, part.account, part.change
     FROM payments_disputeshare s
    CROSS JOIN LATERAL (VALUES {wallet}) part(account, change)
    WHERE s.round_id = root.id AND s.order_id IS NULL
 ) leg
 WHERE {states} AND {{where}}""",
        touched=f"""SELECT r.id FROM wallet_movement n
              JOIN payments_disputeround r ON n.key = 'dispute:' || r.dispute_id || ':' || r.number || ':{what}'
             WHERE n.id > %(wallet_movement)s AND n.kind = 'dispute_{what}'
             UNION
            {_TOUCHED}""",
    )


_NOTHING = "('', 0::bigint)"
_FEES = (
    "(SELECT coalesce(sum(f.dispute_fee), 0) FROM payments_disputeshare f"
    " WHERE f.round_id = root.id AND f.order_id IS NOT NULL)"
)

KINDS = (
    _rows(
        "opened",
        "Each round of a dispute took from Stripe's balance what was withdrawn, and set each share aside, once.",
        states="true",
        round_="('stripe:disputes', -root.withdrawn), ('stripe:clearing', root.withdrawn)",
        order=f"""('seller:' || o.seller_id || ':pending', -s.from_held),
                  ('seller:' || o.seller_id || ':reserve', -s.from_reserve),
                  ('seller:' || o.seller_id || ':available', -s.from_available),
                  ({_HOLD.format(sign="")})""",
        wallet="""('user:' || s.user_id || ':wallet', -s.from_wallet),
                  ('user:' || s.user_id || ':disputed', s.from_wallet)""",
    ),
    _rows(
        "fee",
        "What Stripe charged for a round is borne by the shops of its shares, and BANIBS bears the rest.",
        states="true",
        round_=f"('platform:card_fees', {_FEES} - root.fee), ('stripe:clearing', root.fee - {_FEES})",
        order="""('seller:' || o.seller_id || ':available', -s.dispute_fee), ('stripe:clearing', s.dispute_fee)""",
        wallet=_NOTHING,
    ),
    _rows(
        "fee_returned",
        "A dispute's fee that Stripe gave back went to who had paid it.",
        states="root.fee_returned > 0",
        round_=f"""('platform:card_fees', root.fee_returned - {_FEES}),
                   ('stripe:clearing', {_FEES} - root.fee_returned)""",
        order="""('seller:' || o.seller_id || ':available', s.dispute_fee), ('stripe:clearing', -s.dispute_fee)""",
        wallet=_NOTHING,
    ),
    _rows(
        "won",
        "A round that was won put each share back where it had come from, once.",
        states="root.state = 'won'",
        round_="('stripe:clearing', -root.withdrawn), ('stripe:disputes', root.withdrawn)",
        order=f"""({_HOLD.format(sign="-")}),
                  ('seller:' || o.seller_id || CASE WHEN o.cleared_at <= m.at THEN ':available' ELSE ':pending' END,
                   s.from_held),
                  ('seller:' || o.seller_id || ':reserve', s.from_reserve),
                  ('seller:' || o.seller_id || ':available', s.from_available)""",
        wallet="""('user:' || s.user_id || ':disputed', -s.from_wallet),
                  ('user:' || s.user_id || ':wallet', s.from_wallet)""",
    ),
    _rows(
        "lost",
        "A round that was lost was paid by all who had a part of it, once.",
        states="root.state IN ('lost', 'reinstated')",
        round_=_NOTHING,
        order=f"""({_HOLD.format(sign="-")}),
                  ({fee_account(_KEY.format(what="lost"), "m.at")}, -s.fee),
                  ({TAX}, -s.tax),
                  ('platform:processing', -s.processing),
                  ('platform:promotions', s.promotion),
                  ('stripe:disputes', s.amount + s.excess)""",
        wallet=f"""('user:' || s.user_id || ':disputed', -s.from_wallet),
                  ('stripe:unapplied', -s.from_unapplied),
                  ('platform:bad_debt', -({_BORNE})),
                  ('stripe:disputes', s.amount)""",
    ),
    _rows(
        "reinstated",
        "A lost round that Stripe credited was given back to all who had paid it, once.",
        states="root.state = 'reinstated'",
        round_=_NOTHING,
        order=f"""('platform:promotions', -s.promotion),
                  ('stripe:clearing', -(s.amount + s.excess)),
                  ('seller:' || o.seller_id || ':available', {_ON_HOLD}),
                  ({fee_account(_KEY.format(what="reinstated"), "m.at", back=True)}, s.fee),
                  ({TAX}, s.tax),
                  ('platform:processing', s.processing)""",
        wallet=f"""('stripe:clearing', -s.amount),
                  ('user:' || s.user_id || ':wallet', s.from_wallet),
                  ('stripe:unapplied', s.from_unapplied),
                  ('platform:bad_debt', {_BORNE})""",
    ),
)
