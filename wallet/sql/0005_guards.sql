-- The flag of the second chart is as fixed as the others: an account is for ever what it was opened as.
CREATE OR REPLACE TRIGGER wallet_account_fixed
  BEFORE UPDATE OF id, code, currency, floored, stored, capped ON wallet_account
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
