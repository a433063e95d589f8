-- All of a request is fixed when it is asked for, also what people read and the day that it counts for; a decision is
-- final; and no statement empties the table.
CREATE OR REPLACE TRIGGER wallet_approval_frozen
  BEFORE UPDATE OF id, action, payload, payload_hash, words, subject, amount, currency, reason, requester_id,
                   requested_at, expires_at ON wallet_approval
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_approval_kept BEFORE DELETE OR TRUNCATE ON wallet_approval
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_approval_final BEFORE UPDATE ON wallet_approval
  FOR EACH ROW WHEN (OLD.status <> 'requested') EXECUTE FUNCTION banibs_append_only();

-- The same of a pause: why it was opened, and that it was lifted.
CREATE OR REPLACE TRIGGER wallet_payoutpause_frozen
  BEFORE UPDATE OF id, key, reason, opened_at, opened_by ON wallet_payoutpause
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_payoutpause_kept BEFORE DELETE OR TRUNCATE ON wallet_payoutpause
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_payoutpause_final BEFORE UPDATE ON wallet_payoutpause
  FOR EACH ROW WHEN (OLD.lifted_at IS NOT NULL) EXECUTE FUNCTION banibs_append_only();
