-- What the database itself refuses, whoever asks: the application, the admin, or a person at a prompt.

-- What was written is never changed or removed.
CREATE OR REPLACE TRIGGER wallet_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_movement
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();

-- An account is for ever what it was opened as; only its balance moves.
CREATE OR REPLACE TRIGGER wallet_account_fixed BEFORE UPDATE OF id, code, currency, floored, stored ON wallet_account
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_account_kept BEFORE DELETE OR TRUNCATE ON wallet_account
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();

-- Nothing but ledger_post writes a movement, a transfer or a balance. It takes both accounts of a transfer by code and
-- one currency, so a transfer cannot join two currencies or point at nothing; it writes a movement with its transfers,
-- and every balance with what changed it. The function sets wallet.writer for as long as it runs, and no longer.
CREATE OR REPLACE FUNCTION wallet_one_writer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written by ledger_post alone', TG_TABLE_NAME USING ERRCODE = 'BN002';
END $$;
CREATE OR REPLACE TRIGGER wallet_movement_one_writer BEFORE INSERT ON wallet_movement FOR EACH STATEMENT
  WHEN (current_setting('wallet.writer', true) IS DISTINCT FROM 'ledger_post') EXECUTE FUNCTION wallet_one_writer();
CREATE OR REPLACE TRIGGER wallet_transfer_one_writer BEFORE INSERT ON wallet_transfer FOR EACH STATEMENT
  WHEN (current_setting('wallet.writer', true) IS DISTINCT FROM 'ledger_post') EXECUTE FUNCTION wallet_one_writer();
CREATE OR REPLACE TRIGGER wallet_account_one_writer BEFORE INSERT OR UPDATE OF balance, moved_at ON wallet_account
  FOR EACH STATEMENT
  WHEN (current_setting('wallet.writer', true) IS DISTINCT FROM 'ledger_post') EXECUTE FUNCTION wallet_one_writer();

-- Room on each page, so that a new balance stays beside the old one (no index is touched).
ALTER TABLE wallet_account SET (fillfactor = 50);
