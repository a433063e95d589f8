-- What the database itself refuses, whoever asks: the application, the admin, or a person at a prompt.

CREATE TRIGGER wallet_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_movement
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE TRIGGER wallet_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();

-- An account is for ever what it was opened as; only its balance moves.
CREATE TRIGGER wallet_account_fixed BEFORE UPDATE OF id, code, currency, floored, stored ON wallet_account
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE TRIGGER wallet_account_kept BEFORE DELETE OR TRUNCATE ON wallet_account
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();

-- One currency per movement, between accounts that exist. Once per statement, so that a sale pays for it once.
CREATE FUNCTION wallet_transfer_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM posted p
      LEFT JOIN wallet_account s ON s.id = p.source_id
      LEFT JOIN wallet_account t ON t.id = p.target_id
     WHERE s.currency IS DISTINCT FROM p.currency
        OR t.currency IS DISTINCT FROM p.currency
        OR s.stored IS DISTINCT FROM (p.source_balance IS NOT NULL)
        OR t.stored IS DISTINCT FROM (p.target_balance IS NOT NULL)
  ) OR EXISTS (SELECT FROM posted p GROUP BY p.movement_id HAVING count(DISTINCT p.currency) > 1) THEN
    RAISE EXCEPTION 'a transfer joins two accounts of its own currency' USING ERRCODE = 'BN002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER wallet_transfer_check AFTER INSERT ON wallet_transfer REFERENCING NEW TABLE AS posted
  FOR EACH STATEMENT EXECUTE FUNCTION wallet_transfer_check();

-- Room on each page, so that a new balance stays beside the old one (no index is touched).
ALTER TABLE wallet_account SET (fillfactor = 50);
