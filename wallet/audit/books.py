"""The ledger's own invariants (docs "Money", What must hold at any moment, 1), as queries that find what
breaks them.
"""

from django.conf import settings

from banibs.core.audit import Check

_SIDES = """
  SELECT id, movement_id, at, currency, source_id AS account_id, -amount AS change, source_balance AS after
    FROM wallet_transfer
   UNION ALL
  SELECT id, movement_id, at, currency, target_id, amount, target_balance FROM wallet_transfer
"""

_REFERENCES = """SELECT t.id AS transfer, t.movement_id AS movement, t.source_id AS source, t.target_id AS target,
                  t.currency
             FROM wallet_transfer t
             LEFT JOIN wallet_movement m ON m.id = t.movement_id
             LEFT JOIN wallet_account s ON s.id = t.source_id
             LEFT JOIN wallet_account d ON d.id = t.target_id
            WHERE (m.id IS NULL
               OR s.currency IS DISTINCT FROM t.currency OR d.currency IS DISTINCT FROM t.currency)"""

_WHOLE = """SELECT m.id AS movement, m.key, count(t.id) AS transfers, count(DISTINCT t.currency) AS currencies
             FROM wallet_movement m LEFT JOIN wallet_transfer t ON t.movement_id = m.id{where}
            GROUP BY m.id
           HAVING count(t.id) = 0 OR count(DISTINCT t.currency) > 1 OR bool_or(t.at <> m.at)"""

_FINGERPRINTS = """SELECT m.id AS movement, m.key
             FROM wallet_movement m
             JOIN (SELECT t.movement_id, min(t.currency) AS currency,
                          string_agg(ledger_line(s.code, d.code, t.amount, t.subject), E'\\n' ORDER BY t.id)
                          AS lines
                     FROM wallet_transfer t
                     JOIN wallet_account s ON s.id = t.source_id
                     JOIN wallet_account d ON d.id = t.target_id{where}
                    GROUP BY t.movement_id) was ON was.movement_id = m.id
            WHERE m.fingerprint <> ledger_fingerprint(m.kind, was.currency, m.reverses_id, was.lines)"""

_SEALS = """SELECT m.id AS movement, m.key, m.reference, m.actor
             FROM wallet_movement m
            WHERE m.seal IS DISTINCT FROM ledger_seal(m.key, m.reference, m.actor, m.memo, m.at, m.fingerprint)"""

_REVERSALS = """SELECT back.id AS movement, back.key, back.reverses_id AS reverses
             FROM wallet_movement back
             LEFT JOIN wallet_movement done ON done.id = back.reverses_id
            WHERE ((back.reverses_id IS NOT NULL) <> (back.kind = 'reversed')
               OR (back.kind = 'reversed' AND back.key IS DISTINCT FROM done.key || ':reversed')
               OR (back.reverses_id IS NOT NULL AND EXISTS (
              SELECT account_id FROM (
                SELECT source_id AS account_id, -amount AS change FROM wallet_transfer
                 WHERE movement_id IN (back.id, back.reverses_id)
                 UNION ALL
                SELECT target_id, amount FROM wallet_transfer WHERE movement_id IN (back.id, back.reverses_id)
              ) both_ways GROUP BY account_id HAVING sum(change) <> 0)))"""

# On a development machine the clock may have been set back: what happened before it was says how far ahead it had been.
_LATEST = (
    """greatest(banibs_now(), (SELECT max(at) FROM (
         SELECT at FROM core_event ORDER BY id DESC LIMIT 10000) happened))"""
    if settings.DEVELOPMENT
    else "banibs_now()"
)

BOOKS = [
    Check(
        "wallet.sums_to_zero",
        "In each currency all balances, read as the pages read them, add up to nothing.",
        """SELECT currency, sum(CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END) AS total
             FROM wallet_account GROUP BY currency
           HAVING sum(CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END) <> 0""",
        quick=True,
    ),
    Check(
        "wallet.balance_is_its_last_line",
        "Every stored balance is what the last line of its account says was left.",
        # The last line on each side by index alone: the price is per account, whatever its history.
        """SELECT a.code, a.currency, a.balance, coalesce(last.after, 0) AS last_line
             FROM wallet_account a
             LEFT JOIN LATERAL (
               SELECT after FROM (
                 (SELECT t.at, t.movement_id, t.id, t.source_balance AS after FROM wallet_transfer t
                   WHERE t.source_id = a.id AND t.source_balance IS NOT NULL
                   ORDER BY t.at DESC, t.movement_id DESC, t.id DESC LIMIT 1)
                  UNION ALL
                 (SELECT t.at, t.movement_id, t.id, t.target_balance FROM wallet_transfer t
                   WHERE t.target_id = a.id AND t.target_balance IS NOT NULL
                   ORDER BY t.at DESC, t.movement_id DESC, t.id DESC LIMIT 1)
               ) line ORDER BY line.at DESC, line.movement_id DESC, line.id DESC LIMIT 1) last ON true
            WHERE a.stored AND a.balance <> coalesce(last.after, 0)""",
        quick=True,
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
        "No account with a floor is below zero, and none with a cap above it.",
        "SELECT code, currency, balance FROM wallet_account WHERE (floored AND balance < 0) OR (capped AND balance > 0)",
        quick=True,
    ),
    Check(
        "wallet.not_ahead_of_the_clock",
        "No account moved later than now: what comes next would be dated so too.",
        f"SELECT code, currency, moved_at FROM wallet_account WHERE moved_at > (SELECT {_LATEST}) + interval '1 minute'",
        quick=True,
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
        _REFERENCES,
        recent=f"{_REFERENCES} AND t.movement_id > %(wallet_movement)s",
    ),
    Check(
        "wallet.balances_where_stored",
        "A line carries a balance exactly where its account keeps one.",
        f"""SELECT sides.id AS transfer, a.code, a.currency
              FROM ({_SIDES}) sides JOIN wallet_account a ON a.id = sides.account_id
             WHERE a.stored <> (sides.after IS NOT NULL)""",
        recent=f"""SELECT sides.id AS transfer, a.code, a.currency
              FROM ({_SIDES}) sides JOIN wallet_account a ON a.id = sides.account_id
             WHERE a.stored <> (sides.after IS NOT NULL) AND sides.movement_id > %(wallet_movement)s""",
    ),
    Check(
        "wallet.movements_whole",
        "Every movement has transfers, all of one currency and of its own moment.",
        _WHOLE.format(where=""),
        recent=_WHOLE.format(where="\n            WHERE m.id > %(wallet_movement)s"),
    ),
    Check(
        "wallet.fingerprints",
        "Every movement still says what it said when it was written.",
        _FINGERPRINTS.format(where=""),
        recent=_FINGERPRINTS.format(where="\n                    WHERE t.movement_id > %(wallet_movement)s"),
    ),
    Check(
        "wallet.seals",
        "By whom, for what and when a movement was written still stands as it was written.",
        _SEALS,
        recent=f"{_SEALS} AND m.id > %(wallet_movement)s",
    ),
    Check(
        "wallet.reversals",
        "A correction names what it corrects, in its key too, and turns it round exactly; nothing else does.",
        _REVERSALS,
        recent=f"{_REVERSALS} AND back.id > %(wallet_movement)s",
    ),
]
