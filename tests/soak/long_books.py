"""Books as long as a test wants them, whole, made in one go: sales that were paid, sent and cleared."""

from __future__ import annotations

from django.db import connection, transaction

from banibs.users.models import User
from marketplace.models import Seller

TRANSFERS = 5  # of each sale: three paid it, one recognised the fee, one cleared it
PURSE = 10**12

# Sale i is of buyer i mod U and seller i mod S; each of 1200 pays the shop 1000, the fee 100 and the tax 100.
_FILL = """
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE sale ON COMMIT DROP AS
SELECT i, (%(users)s::bigint[])[1 + i %% cardinality(%(users)s::bigint[])] AS buyer,
       (%(sellers)s::bigint[])[1 + i %% cardinality(%(sellers)s::bigint[])] AS seller,
       i / cardinality(%(users)s::bigint[]) AS before, i / cardinality(%(sellers)s::bigint[]) AS cleared_before,
       banibs_now() - interval '30 days' + i * interval '1 millisecond' AS at
  FROM generate_series(0, %(sales)s - 1) AS i;

INSERT INTO wallet_account (code, currency, floored, stored, capped, balance)
SELECT code, 'GBP', code !~ 'available$' AND code ~ '^(user|seller)', code ~ '^(user|seller)', false, 0
  FROM (SELECT unnest(ARRAY['platform:revenue', 'platform:revenue_deferred', 'platform:tax:GB', 'platform:demo'])
        UNION ALL SELECT 'user:' || unnest(%(users)s::bigint[]) || ':wallet'
        UNION ALL SELECT 'seller:' || unnest(%(sellers)s::bigint[]) || ':pending'
        UNION ALL SELECT 'seller:' || unnest(%(sellers)s::bigint[]) || ':available') wanted(code);

ANALYZE sale;
ANALYZE wallet_account;
WITH credited AS (
  INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo, at)
  SELECT 'demo:' || u || ':gbp:1', 'demo_credited', '', '', 'system', '', banibs_now() - interval '31 days'
    FROM unnest(%(users)s::bigint[]) AS u RETURNING id, key, at)
INSERT INTO wallet_transfer (movement_id, source_id, target_id, amount, currency, subject, target_balance, at)
SELECT c.id, demo.id, a.id, %(purse)s, 'GBP', '', %(purse)s, c.at
  FROM credited c JOIN wallet_account a ON a.code = 'user:' || split_part(c.key, ':', 2) || ':wallet'
  JOIN wallet_account demo ON demo.code = 'platform:demo';

INSERT INTO marketplace_checkout (id, number, user_id, region_id, currency, tax_inclusive, tax_name, email, address,
                                  subtotal, discount, shipping, tax, total, placed_at, expires_at, paid_at)
SELECT i + 1, 'L-' || i, buyer, 'GB', 'GBP', true, 'VAT', 'a@example.com', '{}', 1200, 0, 0, 100, 1200, at, at, at FROM sale;
INSERT INTO marketplace_order (id, checkout_id, seller_id, buyer_id, number, status, currency, subtotal, discount, promotion,
                               shipping, shipping_tax, tax, total, marketplace_fee, processing_fee, seller_net, held,
                               refunded, carrier, tracking, placed_at, paid_at, fulfilled_at, completed_at, cleared_at)
SELECT i + 1, i + 1, seller, buyer, 'L-' || i || '-1', 'completed', 'GBP', 1200, 0, 0, 0, 0, 100, 1200, 100, 0, 1000, 0, 0,
       '', '', at, at, at, at, at + interval '20 days' FROM sale;
INSERT INTO marketplace_orderline (order_id, title, variant_name, cover, kind, quantity, unit_amount, subtotal, discount,
                                   promotion, tax, tax_rate_bps, total, fee, fee_rate_bps, refunded, refunded_tax,
                                   refunded_fee, refunded_promotion)
SELECT i + 1, 'Basket', '', '', 'physical', 1, 1200, 1200, 0, 0, 100, 909, 1200, 100, 833, 0, 0, 0, 0 FROM sale;
INSERT INTO payments_payment (id, checkout_id, user_id, method, status, currency, amount, wallet_part, card_part, refunded,
                              attempt, reserved, save_card, failure_code, failure_text, return_to, created_at, succeeded_at)
SELECT i + 1, i + 1, buyer, 'wallet', 'succeeded', 'GBP', 1200, 1200, 0, 0, 0, 0, false, '', '', '', at, at FROM sale;
INSERT INTO payments_paymentsplit (payment_id, order_id, wallet_part, card_part)
SELECT i + 1, i + 1, 1200, 0 FROM sale;

-- A movement's number is its place in time: three to a sale.
CREATE TEMP TABLE first ON COMMIT DROP AS SELECT coalesce(max(id), 0) AS id FROM wallet_movement;
INSERT INTO wallet_movement (id, key, kind, fingerprint, reference, actor, memo, at)
SELECT first.id + 3 * i + m.n, m.key, m.kind, '', '', 'system', '', at
  FROM first, sale CROSS JOIN LATERAL (VALUES (1, 'checkout:' || i + 1 || ':paid', 'order_paid'),
                                              (2, 'order:' || i + 1 || ':revenue_recognised', 'revenue_recognised'),
                                              (3, 'order:' || i + 1 || ':cleared', 'funds_cleared')) m(n, key, kind);
INSERT INTO wallet_transfer (movement_id, source_id, target_id, amount, currency, subject, source_balance,
                             target_balance, at)
SELECT first.id + 3 * i + t.n, s.id, d.id, t.amount, 'GBP', 'order:' || i + 1, t.source_balance, t.target_balance, at
  FROM first, sale CROSS JOIN LATERAL (VALUES
    (1, 1, 'user:' || buyer || ':wallet', 'seller:' || seller || ':pending', 1000::bigint,
     %(purse)s - before * 1200 - 1000, 1000::bigint),
    (1, 2, 'user:' || buyer || ':wallet', 'platform:revenue_deferred', 100, %(purse)s - before * 1200 - 1100, NULL),
    (1, 3, 'user:' || buyer || ':wallet', 'platform:tax:GB', 100, %(purse)s - before * 1200 - 1200, NULL),
    (2, 4, 'platform:revenue_deferred', 'platform:revenue', 100, NULL, NULL),
    (3, 5, 'seller:' || seller || ':pending', 'seller:' || seller || ':available', 1000, 0, 1000 * (cleared_before + 1))
  ) t(n, place, source, target, amount, source_balance, target_balance)
  JOIN wallet_account s ON s.code = t.source JOIN wallet_account d ON d.code = t.target
 ORDER BY i, t.place;

ANALYZE wallet_movement;
ANALYZE wallet_transfer;
UPDATE wallet_account a SET balance = last.balance, moved_at = last.at
  FROM (SELECT DISTINCT ON (account_id) account_id, balance, at FROM (
          SELECT source_id AS account_id, source_balance AS balance, id, at FROM wallet_transfer
           WHERE source_balance IS NOT NULL
           UNION ALL
          SELECT target_id, target_balance, id, at FROM wallet_transfer WHERE target_balance IS NOT NULL) line
         ORDER BY account_id, id DESC) last
 WHERE last.account_id = a.id;
UPDATE wallet_movement m SET fingerprint = ledger_fingerprint(m.kind, 'GBP', NULL, was.lines)
  FROM (SELECT t.movement_id, string_agg(ledger_line(s.code, d.code, t.amount, t.subject), E'\\n' ORDER BY t.id) AS lines
          FROM wallet_transfer t JOIN wallet_account s ON s.id = t.source_id JOIN wallet_account d ON d.id = t.target_id
         GROUP BY t.movement_id) was
 WHERE was.movement_id = m.id;
UPDATE wallet_movement SET seal = ledger_seal(key, reference, actor, memo, at, fingerprint);
SELECT setval(pg_get_serial_sequence('wallet_movement', 'id'), max(id)) FROM wallet_movement;
"""


def fill(*, transfers: int) -> None:
    """Books of about so many transfers, in a database without any: a buyer for every twenty sales, a shop for fifty."""
    sales = transfers // TRANSFERS
    owners = _people("shop", max(2, sales // 50))
    Seller.objects.bulk_create(
        (
            Seller(user=owner, slug=f"shop-{owner.pk}", name=f"Shop {owner.pk}", country="GB", city="Bristol")
            for owner in owners
        ),
        batch_size=2_000,
    )
    buyers = [user.pk for user in _people("buyer", max(2, sales // 20))]
    sellers = list(Seller.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _FILL.split(";\n"):
            if statement.strip():
                cursor.execute(
                    statement, {"users": buyers, "sellers": sellers, "sales": sales, "purse": PURSE}
                )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(name: str, count: int) -> list[User]:
    return User.objects.bulk_create(
        (User(email=f"{name}-{number}@example.com", name=name) for number in range(count)), batch_size=2_000
    )
