"""Every kind of movement stands on rows of its kind, in both directions: a table, and the check made from each entry.

An entry says what its rows say should have moved: for each key the accounts, with what each gains. The check holds it
against what was booked under that kind: a movement without its row is found as surely as a row without its movement,
another amount, party, subject or currency, and who bears it.
"""

from __future__ import annotations

from dataclasses import dataclass

from banibs.core.audit import Check

# What the rows say, beside what was booked. A movement's own lines are never summed away: two that cancel each other
# out stand against a row that says nothing.
_COMPARED = """
SELECT coalesce(w.key, b.key) AS movement, coalesce(w.subject, b.subject) AS subject,
       coalesce(w.currency, b.currency) AS currency, coalesce(w.account, b.account) AS account,
       w.change AS by_rows, b.change AS booked
  FROM (SELECT key, currency, subject, account, sum(change) AS change FROM {wanted}
         WHERE change <> 0 GROUP BY key, currency, subject, account) w
  FULL JOIN (SELECT m.key, t.currency, t.subject, a.code AS account, sum(side.change) AS change
               FROM wallet_movement m
               JOIN wallet_transfer t ON t.movement_id = m.id
              CROSS JOIN LATERAL (VALUES (t.source_id, -t.amount), (t.target_id, t.amount)) side(account_id, change)
               JOIN wallet_account a ON a.id = side.account_id
              WHERE m.kind = '{kind}'{some}
              GROUP BY m.key, t.currency, t.subject, a.code) b
    ON b.key = w.key AND b.currency = w.currency AND b.subject = w.subject AND b.account = w.account
 WHERE w.change IS DISTINCT FROM b.change"""

# The same of what is new: the rows that new movements name, new rows, and those that something happened to.
_RECENT = """
WITH ids AS MATERIALIZED (
  SELECT (regexp_match(key, '{key}'))[1]::bigint AS id FROM wallet_movement
   WHERE id > %(wallet_movement)s AND kind = '{kind}'
   UNION
  SELECT id FROM {table} WHERE id > %({table})s{touched}
), wanted AS MATERIALIZED ({legs})
"""
_SOME = """ AND (m.id > %(wallet_movement)s OR m.key = ANY (ARRAY(SELECT DISTINCT key::text FROM wanted)))"""


@dataclass(frozen=True, slots=True)
class Rows:
    """How the movements of a kind stand on rows.

    `legs` selects (key, currency, subject, account, change) from the rows in the state that says that it was booked;
    its first table is called `root`, and {where} stands for which of them are meant. `key` finds the id of that row in
    a movement's key. `touched` selects ids of rows that events since the last run speak of.
    """

    kind: str
    name: str
    promise: str
    table: str
    key: str
    legs: str
    touched: str = ""

    def check(self) -> Check:
        """The check of both directions."""
        whole = "(" + self.legs.format(where="true") + ") wanted"
        touched = "\n   UNION\n  " + self.touched if self.touched else ""
        recent = _RECENT.format(
            key=self.key,
            kind=self.kind,
            table=self.table,
            touched=touched,
            legs=self.legs.format(where="root.id IN (SELECT id FROM ids)"),
        )
        return Check(
            self.name,
            self.promise,
            _COMPARED.format(wanted=whole, kind=self.kind, some=""),
            recent=recent + _COMPARED.format(wanted="wanted", kind=self.kind, some=_SOME),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of movement of one transfer that no row stands for by its key alone: `right` says how it must be.

    It speaks of the movement `m`, its transfer `t` from account `s` to account `d`, and of what `joins` brings.
    """

    kind: str
    name: str
    promise: str
    right: str
    joins: str = ""

    def check(self) -> Check:
        """The check of each movement of the kind."""
        sql = f"""
SELECT m.id AS movement, m.key, s.code AS source, d.code AS target, t.amount, t.currency
  FROM wallet_movement m
  JOIN wallet_transfer t ON t.movement_id = m.id
  JOIN wallet_account s ON s.id = t.source_id
  JOIN wallet_account d ON d.id = t.target_id
  {self.joins}
 WHERE m.kind = '{self.kind}'{{some}}
   AND (NOT coalesce(({self.right}), false)
        OR EXISTS (SELECT FROM wallet_transfer other WHERE other.movement_id = m.id AND other.id <> t.id))"""
        return Check(
            self.name,
            self.promise,
            sql.replace("{some}", ""),
            recent=sql.replace("%", "%%").replace("{some}", " AND m.id > %(wallet_movement)s"),
        )


def known(name: str, kinds: list[str]) -> Check:
    """The check that no movement is of a kind that nobody knows."""
    listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
    sql = f"SELECT id AS movement, key, kind FROM wallet_movement WHERE kind NOT IN ({listed})"
    return Check(
        name,
        "Every movement is of a kind that the statement knows.",
        sql,
        recent=f"{sql} AND id > %(wallet_movement)s",
    )
