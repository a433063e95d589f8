-- Keeping the sums of the platform's accounts short (wallet/checkpoints.py says why and when).
--
-- Adds a checkpoint to each account with at least p_after settled transfers since its last; returns how many. One caller
-- at a time; another is answered 0 at once. It runs with its owner's rights, as ledger_post does: a role that may not
-- write the table can ask for a checkpoint, and cannot say what stands in it.
CREATE OR REPLACE FUNCTION ledger_move_checkpoints(p_after bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  added bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('wallet:checkpoints', 0)) THEN
    RETURN 0;
  END IF;

  -- A horizon that this server has not reached came from another server's back-up: forgotten, and made anew.
  DELETE FROM wallet_checkpoint WHERE horizon > pg_snapshot_xmax(pg_current_snapshot());

  WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
  INSERT INTO wallet_checkpoint (account_id, horizon, balance, latest_at)
  SELECT a.id, horizon.xid, coalesce(last.balance, 0) + since.net, greatest(last.latest_at, since.latest_at)
    FROM horizon, wallet_account a
    LEFT JOIN LATERAL (
      SELECT c.balance, c.horizon, c.latest_at FROM wallet_checkpoint c
       WHERE c.account_id = a.id ORDER BY c.horizon DESC LIMIT 1) last ON true
    CROSS JOIN LATERAL (
      SELECT sum(t.net) AS net, max(t.at) AS latest_at, count(*) AS transfers FROM (
        SELECT amount AS net, at, xid FROM wallet_transfer WHERE target_id = a.id AND target_balance IS NULL
         UNION ALL
        SELECT -amount, at, xid FROM wallet_transfer WHERE source_id = a.id AND source_balance IS NULL
      ) t WHERE t.xid >= coalesce(last.horizon, '0') AND t.xid < horizon.xid) since
   WHERE NOT a.stored AND since.transfers >= greatest(p_after, 1);
  GET DIAGNOSTICS added = ROW_COUNT;
  RETURN added;
END $$;
