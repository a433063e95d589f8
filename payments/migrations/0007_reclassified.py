"""Balances go over to the accounts where the chart's second edition has them: one movement per account and currency.

Real card fees leave the income from sellers, credits by staff and play money leave the promotions, and the fees of
orders that are not fulfilled leave the revenue. Each is the sum of what the books hold of it when this runs.
"""

from django.db import migrations

RECLASSIFY = """
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    WITH settled(kind, account, source, target) AS (VALUES
      ('processing_fee_settled', 'platform:card_fees', 'platform:card_fees', 'platform:processing'),
      ('adjusted', 'platform:goodwill', 'platform:goodwill', 'platform:promotions'),
      ('demo_credited', 'platform:demo', 'platform:demo', 'platform:promotions'))
    SELECT s.account, s.source, s.target, t.currency, sum(t.amount)::bigint AS amount
      FROM settled s
      JOIN wallet_movement m ON m.kind = s.kind
      JOIN wallet_transfer t ON t.movement_id = m.id
      JOIN wallet_account paid ON paid.id = t.source_id AND paid.code = s.target
     GROUP BY s.account, s.source, s.target, t.currency
    UNION ALL
    SELECT 'platform:revenue_deferred', 'platform:revenue', 'platform:revenue_deferred', o.currency, sum(o.fee_deferred)::bigint
      FROM marketplace_order o WHERE o.fee_deferred > 0 GROUP BY o.currency
     ORDER BY 1, 4
  LOOP
    PERFORM ledger_post(
      'reclass:' || one.account || ':' || one.currency || ':1', 'reclassified', '', 'system',
      'chart of accounts, second edition', NULL, one.currency, ARRAY[one.source, one.target],
      ARRAY[false, false], ARRAY[false, false], ARRAY[1], ARRAY[2], ARRAY[one.amount], ARRAY[''], ARRAY[false, false]);
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_disputes_and_reserves"),
        ("marketplace", "0007_dispute_and_shares"),
        ("wallet", "0005_second_chart"),
    ]
    operations = [migrations.RunSQL(RECLASSIFY, migrations.RunSQL.noop)]
