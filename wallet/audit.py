"""The ledger's own invariants (docs "Money", What must hold at any moment, 1), as queries that find what
breaks them.
"""

from banibs.core.audit import Check

_SIDES = """
  SELECT id, movement_id, at, currency, source_id AS account_id, -amount AS change, source_balance AS after
    FROM wallet_transfer
   UNION ALL
  SELECT id, movement_id, at, currency, target_id, amount, target_balance FROM wallet_transfer
"""

CHECKS = [
    Check(
        "wallet.sums_to_zero",
        "In each currency all balances, read as the pages read them, add up to nothing.",
        """SELECT currency, sum(CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END) AS total
             FROM wallet_account GROUP BY currency
           HAVING sum(CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END) <> 0""",
    ),
    Check(
        "wallet.balance_is_its_transfers",
        "Every balance, stored or summed from a checkpoint, equals all the transfers of its account.",
        f"""SELECT a.code, a.currency, held.balance, coalesce(s.total, 0) AS transfers
              FROM wallet_account a
             CROSS JOIN LATERAL (
               SELECT CASE WHEN a.stored THEN a.balance ELSE ledger_summed(a.id, 'infinity') END AS balance
             ) held
              LEFT JOIN (SELECT account_id, sum(change) AS total FROM ({_SIDES}) sides GROUP BY 1) s
                     ON s.account_id = a.id
             WHERE held.balance <> coalesce(s.total, 0)""",
    ),
    Check(
        "wallet.floors",
        "No account with a floor is below zero.",
        "SELECT code, currency, balance FROM wallet_account WHERE floored AND balance < 0",
    ),
    Check(
        "wallet.running_balances",
        "Each line's balance is the one before it and what moved; time never runs backwards.",
        f"""SELECT a.code, a.currency, line.id AS transfer, line.before, line.change, line.after
              FROM (SELECT sides.*, lag(at) OVER account AS at_before,
                           lag(after, 1, 0::bigint) OVER account AS before
                      FROM ({_SIDES}) sides WHERE after IS NOT NULL
                    WINDOW account AS (PARTITION BY account_id ORDER BY id)) line
              JOIN wallet_account a ON a.id = line.account_id
             WHERE line.before + line.change <> line.after OR line.at < line.at_before""",
    ),
    Check(
        "wallet.references",
        "Every transfer belongs to a movement and joins two accounts that keep its currency.",
        """SELECT t.id AS transfer, t.movement_id AS movement, t.source_id AS source, t.target_id AS target,
                  t.currency
             FROM wallet_transfer t
             LEFT JOIN wallet_movement m ON m.id = t.movement_id
             LEFT JOIN wallet_account s ON s.id = t.source_id
             LEFT JOIN wallet_account d ON d.id = t.target_id
            WHERE m.id IS NULL
               OR s.currency IS DISTINCT FROM t.currency OR d.currency IS DISTINCT FROM t.currency""",
    ),
    Check(
        "wallet.balances_where_stored",
        "A line carries a balance exactly where its account keeps one.",
        f"""SELECT sides.id AS transfer, a.code, a.currency
              FROM ({_SIDES}) sides JOIN wallet_account a ON a.id = sides.account_id
             WHERE a.stored <> (sides.after IS NOT NULL)""",
    ),
    Check(
        "wallet.movements_whole",
        "Every movement has transfers, all of one currency and of its own moment.",
        """SELECT m.id AS movement, m.key, count(t.id) AS transfers, count(DISTINCT t.currency) AS currencies
             FROM wallet_movement m LEFT JOIN wallet_transfer t ON t.movement_id = m.id
            GROUP BY m.id
           HAVING count(t.id) = 0 OR count(DISTINCT t.currency) > 1 OR bool_or(t.at <> m.at)""",
    ),
    Check(
        "wallet.fingerprints",
        "Every movement still says what it said when it was written.",
        """SELECT m.id AS movement, m.key
             FROM wallet_movement m
             JOIN (SELECT t.movement_id, min(t.currency) AS currency,
                          string_agg(ledger_line(s.code, d.code, t.amount, t.subject), E'\\n' ORDER BY t.id)
                          AS lines
                     FROM wallet_transfer t
                     JOIN wallet_account s ON s.id = t.source_id
                     JOIN wallet_account d ON d.id = t.target_id
                    GROUP BY t.movement_id) was ON was.movement_id = m.id
            WHERE m.fingerprint <> ledger_fingerprint(m.kind, was.currency, m.reverses_id, was.lines)""",
    ),
    Check(
        "wallet.reversals",
        "A correction turns round exactly what it names.",
        """SELECT back.id AS movement, back.key, back.reverses_id AS reverses
             FROM wallet_movement back
            WHERE back.reverses_id IS NOT NULL AND EXISTS (
              SELECT account_id FROM (
                SELECT source_id AS account_id, -amount AS change FROM wallet_transfer
                 WHERE movement_id IN (back.id, back.reverses_id)
                 UNION ALL
                SELECT target_id, amount FROM wallet_transfer WHERE movement_id IN (back.id, back.reverses_id)
              ) both_ways GROUP BY account_id HAVING sum(change) <> 0)""",
    ),
    Check(
        "wallet.adjustments_approved",
        "Every credit by staff was asked for by one person, approved by another or within what one may give, and is what "
        "was agreed on: amount, currency and person.",
        """SELECT m.id AS movement, m.key, a.status
             FROM wallet_movement m
             JOIN wallet_transfer t ON t.movement_id = m.id
             JOIN wallet_account d ON d.id = t.target_id
             LEFT JOIN wallet_approval a ON m.key = 'approval:' || a.id || ':adjusted'
            WHERE m.kind = 'adjusted' AND (
                  a.status IS DISTINCT FROM 'approved' OR a.action <> 'credit_wallet' OR a.decider_id = a.requester_id
               OR (a.decider_id IS NULL AND a.alone_limit IS NULL)
               OR (a.payload ->> 'amount')::bigint <> t.amount OR a.payload ->> 'currency' <> t.currency
               OR d.code <> 'user:' || (a.payload ->> 'user') || ':wallet')""",
    ),
    Check(
        "wallet.approvals_unaltered",
        "Every request still says what it said when it was asked for.",
        """SELECT id AS approval, action, words FROM wallet_approval
            WHERE payload_hash <> wallet_approval_digest(action, payload, reason)""",
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
        "wallet.approvals_done",
        "Every approved credit stands in the books.",
        """SELECT a.id AS approval FROM wallet_approval a
             LEFT JOIN wallet_movement m ON m.key = 'approval:' || a.id || ':adjusted'
            WHERE a.status = 'approved' AND a.action = 'credit_wallet' AND m.id IS NULL""",
    ),
    Check(
        "wallet.guards_stand",
        "The triggers that refuse to change the books, or another writer, are there and enabled.",
        """SELECT wanted.name AS missing
             FROM unnest(ARRAY['wallet_movement_append_only', 'wallet_transfer_append_only',
                               'wallet_account_fixed', 'wallet_account_kept', 'wallet_movement_one_writer',
                               'wallet_transfer_one_writer', 'wallet_account_one_writer']) AS wanted(name)
             LEFT JOIN pg_trigger g ON g.tgname = wanted.name AND g.tgenabled IN ('O', 'A')
            WHERE g.oid IS NULL""",
    ),
]
