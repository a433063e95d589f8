-- What an account holds, now or at a moment, without reading its history.
--
-- An account that keeps its balance: its row, or its last line up to the moment.
-- Any other: the last checkpoint, and the transfers of the transactions since. A checkpoint sums exactly the transfers
-- of transactions before its horizon, all of which had ended when it was made (wallet/checkpoints.py). A horizon that
-- this server has not reached comes from a back-up of another server, and is passed over.

CREATE OR REPLACE FUNCTION ledger_summed(p_account bigint, p_until timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  base bigint := 0;
  since xid8 := '0';
BEGIN
  SELECT c.balance, c.horizon INTO base, since FROM wallet_checkpoint c
   WHERE c.account_id = p_account AND c.latest_at <= p_until AND c.horizon <= pg_snapshot_xmax(pg_current_snapshot())
   ORDER BY c.horizon DESC LIMIT 1;
  base := coalesce(base, 0);
  since := coalesce(since, '0'::xid8);
  RETURN base
    + coalesce((SELECT sum(t.amount) FROM wallet_transfer t
                 WHERE t.target_id = p_account AND t.target_balance IS NULL AND t.xid >= since AND t.at <= p_until), 0)
    - coalesce((SELECT sum(t.amount) FROM wallet_transfer t
                 WHERE t.source_id = p_account AND t.source_balance IS NULL AND t.xid >= since AND t.at <= p_until), 0);
END $$;

CREATE OR REPLACE FUNCTION ledger_balance_at(p_account bigint, p_until timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT (SELECT a.stored FROM wallet_account a WHERE a.id = p_account) THEN
    RETURN ledger_summed(p_account, p_until);
  END IF;
  RETURN coalesce((
    SELECT line.balance FROM (
      (SELECT t.at, t.movement_id, t.id, t.source_balance AS balance FROM wallet_transfer t
        WHERE t.source_id = p_account AND t.source_balance IS NOT NULL AND t.at <= p_until
        ORDER BY t.at DESC, t.movement_id DESC, t.id DESC LIMIT 1)
      UNION ALL
      (SELECT t.at, t.movement_id, t.id, t.target_balance FROM wallet_transfer t
        WHERE t.target_id = p_account AND t.target_balance IS NOT NULL AND t.at <= p_until
        ORDER BY t.at DESC, t.movement_id DESC, t.id DESC LIMIT 1)
    ) line ORDER BY line.at DESC, line.movement_id DESC, line.id DESC LIMIT 1), 0);
END $$;
