"""The kinds of movement that stand on rows of the wallet, on an approval, or on nothing but their own shape."""

from __future__ import annotations

from django.conf import settings

from banibs.core.audit import Check
from wallet.audit.kinds import Rows, Shape


def live() -> bool:
    """Whether real money moves here: the keys of Stripe are real ones."""
    return bool(settings.STRIPE_LIVE_MODE)


def before(account: str, currency: str, movement: str = "m") -> str:
    """The condition that a movement was written before the chart's second edition took its account's balance over."""
    return (
        f"coalesce({movement}.id < (SELECT edition.id FROM wallet_movement edition"
        f" WHERE edition.key = 'reclass:{account}:' || ({currency}) || ':1'), false)"
    )


def _approved(action: str) -> str:
    """The approval that a movement's key names, of one action, for this very sum. Who decided it: `wallet.two_people`."""
    return (
        f"EXISTS (SELECT FROM wallet_approval a"
        f" WHERE a.id = (regexp_match(m.key, '^approval:([0-9]+)(:|$)'))[1]::bigint AND a.action = '{action}'"
        f" AND a.status = 'approved' AND a.amount = t.amount AND a.currency = t.currency)"
    )


ADJUSTED = Rows(
    kind="adjusted",
    name="wallet.adjustments_approved",
    promise="Every credit by staff is an approved request, for the person, sum and currency that it names, and every "
    "approved request is a credit.",
    table="wallet_approval",
    key="^approval:([0-9]+):adjusted$",
    legs=f"""
SELECT 'approval:' || root.id || ':adjusted' AS key, root.payload ->> 'currency' AS currency,
       'approval:' || root.id AS subject, leg.account, leg.change
  FROM wallet_approval root
  LEFT JOIN wallet_movement m ON m.key = 'approval:' || root.id || ':adjusted'
 CROSS JOIN LATERAL (VALUES
         (CASE WHEN {before("platform:goodwill", "root.payload ->> 'currency'")}
               THEN 'platform:promotions' ELSE 'platform:goodwill' END, -(root.payload ->> 'amount')::bigint),
         ('user:' || (root.payload ->> 'user') || ':wallet', (root.payload ->> 'amount')::bigint)) leg(account, change)
 WHERE root.action = 'credit_wallet' AND root.status = 'approved' AND {{where}}""",
    touched="SELECT subject_id FROM core_event WHERE id > %(core_event)s AND subject_type = 'approval'",
)

DEMO = Shape(
    kind="demo_credited",
    name="wallet.demo_credits",
    promise="Play money goes to the wallet of the person whom its key names, and to nothing else.",
    right=f"""
      d.code = 'user:' || (regexp_match(m.key, '^demo:([0-9]+):([a-z]+):[0-9]+$'))[1] || ':wallet'
      AND upper((regexp_match(m.key, '^demo:([0-9]+):([a-z]+):[0-9]+$'))[2]) = t.currency
      AND (s.code = 'platform:demo' OR (s.code = 'platform:promotions' AND {before("platform:demo", "t.currency")}))
      """,
)

TREASURY = Shape(
    kind="treasury_moved",
    name="wallet.treasury",
    promise="Money moved between the bank and a provider, or came in from the owner, by a provider's own booking or by "
    "the approval of two people; a development machine's play money at a local provider says so in its key.",
    right=f"""
      (m.key ~ '^approval:[0-9]+$' AND {_approved("move_treasury")}
       AND s.code ~ '^[a-z]+:clearing$' AND d.code ~ '^([a-z]+:clearing|platform:equity)$')
      OR (m.key ~ '^balance_transaction:[A-Za-z0-9_]+$'
          AND ((s.code, d.code) IN (('bank:clearing', 'stripe:clearing'), ('stripe:clearing', 'bank:clearing'))
               OR (s.code, d.code) = ('stripe:clearing', 'platform:equity')))
      OR (m.key ~ ('^balance_transaction:' || split_part(s.code, ':', 1) || '_demo_[A-Za-z0-9]+$')
          AND s.code IN ('paypal:clearing', 'wise:clearing') AND d.code = 'platform:equity')
      """,
)

WITHDRAWN = Shape(
    kind="revenue_withdrawn",
    name="wallet.revenue_withdrawn",
    promise="What the owner took out of the bank was approved by two people.",
    right=f"""(s.code, d.code) = ('platform:equity', 'bank:clearing')
      AND m.key ~ '^approval:[0-9]+:revenue_withdrawn$' AND {_approved("withdraw_revenue")}""",
)

REMITTED = Shape(
    kind="tax_remitted",
    name="wallet.tax_remitted",
    promise="Tax that left the bank for its office was approved by two people.",
    right=f"""s.code ~ '^platform:tax(_on_fees)?:' AND d.code = 'bank:clearing'
      AND m.key ~ '^approval:[0-9]+:tax_remitted$' AND {_approved("remit_tax")}""",
)

RECLASSIFIED = Shape(
    kind="reclassified",
    name="wallet.reclassified",
    promise="The chart's second edition took each balance over once: what movements before it had booked elsewhere.",
    # Of the deferred fees the sum is held by `payments.revenue_deferred`.
    joins="""
  LEFT JOIN LATERAL (
    SELECT sum(o.amount) AS amount
      FROM (VALUES ('platform:card_fees', 'processing_fee_settled', 'platform:processing'),
                   ('platform:goodwill', 'adjusted', 'platform:promotions'),
                   ('platform:demo', 'demo_credited', 'platform:promotions')) moved(account, kind, old)
      JOIN wallet_movement om ON om.kind = moved.kind AND om.id < m.id
      JOIN wallet_transfer o ON o.movement_id = om.id AND o.currency = t.currency
      JOIN wallet_account oa ON oa.id = o.source_id AND oa.code = moved.old
     WHERE s.code = moved.account AND d.code = moved.old) earlier ON true""",
    right="""
      (m.key = 'reclass:' || s.code || ':' || t.currency || ':1' AND t.amount = earlier.amount)
      OR (m.key = 'reclass:platform:revenue_deferred:' || t.currency || ':1'
          AND (s.code, d.code) = ('platform:revenue', 'platform:revenue_deferred'))
      """,
)


def no_demo_money() -> Check:
    """The check that there is no play money where money is real."""
    sql = """SELECT m.id AS movement, m.key FROM wallet_movement m WHERE m.kind = 'demo_credited'{some}
              UNION ALL
             SELECT t.movement_id, a.code FROM wallet_account a
               JOIN wallet_transfer t ON a.id IN (t.source_id, t.target_id)
              WHERE a.code = 'platform:demo'{more}"""
    return Check(
        "wallet.no_demo_money",
        "Where money is real there is no play money.",
        sql.format(some="", more=""),
        recent=sql.format(
            some=" AND m.id > %(wallet_movement)s", more=" AND t.movement_id > %(wallet_movement)s"
        ),
        applies=live,
    )


KINDS = (ADJUSTED, DEMO, TREASURY, WITHDRAWN, REMITTED, RECLASSIFIED)
