"""What people agreed on is what they were asked, and nobody did alone what takes two."""

from banibs.core.audit import Check

# The columns by which amounts are added up say what the payload says.
_UNALTERED = """SELECT id AS approval, action, words FROM wallet_approval
            WHERE (payload_hash <> wallet_approval_digest(action, payload, reason)
               OR payload -> 'amount' <> coalesce(to_jsonb(amount), 'null')
               OR payload -> 'currency' <> to_jsonb(currency)
               OR subject <> CASE action WHEN 'credit_wallet' THEN 'user:' || (payload ->> 'user')
                                         WHEN 'lift_payout_pause' THEN 'payout_pause:' || (payload ->> 'pause')
                                         WHEN 'move_treasury' THEN 'treasury:' || (payload ->> 'to')
                                         WHEN 'release_payout' THEN 'payout:' || (payload ->> 'payout')
                                         WHEN 'retry_stuck_payout' THEN 'payout:' || (payload ->> 'payout')
                                         WHEN 'settle_crypto' THEN 'payout:' || (payload ->> 'payout')
                                         WHEN 'lift_payout_hold' THEN 'payout_hold:' || (payload ->> 'hold')
                                         ELSE subject END)"""

CHECKS = [
    Check(
        "wallet.approvals_unaltered",
        "Every request still says what it said when it was asked for.",
        _UNALTERED,
        recent=f"""{_UNALTERED} AND (id > %(wallet_approval)s OR id IN (
            SELECT subject_id FROM core_event WHERE id > %(core_event)s AND subject_type = 'approval'))""",
    ),
    Check(
        "wallet.alone_within_limits",
        "What one person did alone about one subject on one day is within the limit of that day.",
        """SELECT requester_id AS person, subject, currency, sum(amount) AS done, max(alone_limit) AS allowed
             FROM wallet_approval WHERE alone_limit IS NOT NULL
            GROUP BY requester_id, subject, currency, (requested_at AT TIME ZONE 'UTC')::date
           HAVING sum(amount) > max(alone_limit)""",
    ),
    Check(
        "wallet.two_people",
        "Who approved a request is not who asked for it, nor who gains by it; without a second person it was within the "
        "limit of one.",
        """SELECT a.id AS approval, a.requester_id, a.decider_id, a.alone_limit FROM wallet_approval a
            WHERE a.status = 'approved'
              AND (a.decider_id = a.requester_id
                   OR (a.decider_id IS NULL AND (a.alone_limit IS NULL OR a.amount IS NULL OR a.amount > a.alone_limit))
                   OR a.payload ->> 'user' IN (a.decider_id::text, a.requester_id::text))""",
        quick=True,
    ),
    Check(
        "wallet.pauses_lifted_by_two",
        "Payouts that were paused went on because two people agreed, and the second is who lifted the pause.",
        """SELECT p.id AS pause, p.key, p.lifted_by FROM wallet_payoutpause p
            WHERE p.lifted_at IS NOT NULL AND NOT EXISTS (
              SELECT FROM wallet_approval a
               WHERE a.action = 'lift_payout_pause' AND a.subject = 'payout_pause:' || p.id AND a.status = 'approved'
                 AND a.decider_id <> a.requester_id AND p.lifted_by = 'staff:' || a.decider_id)""",
        quick=True,
    ),
]
