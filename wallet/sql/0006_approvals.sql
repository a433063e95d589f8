-- What was asked for is fixed when it is asked for: its digest is made by the database, checked again before it is done,
-- and for ever after by verify_ledger. The text of jsonb is one for one content, whatever the order it was written in.
CREATE OR REPLACE FUNCTION wallet_approval_digest(action text, payload jsonb, reason text)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n', action, reason, payload::text), 'UTF8'))
$$;

-- Requests of the first edition were for credits alone, with a digest made elsewhere.
UPDATE wallet_approval SET
  payload_hash = wallet_approval_digest(action, payload, reason),
  words = 'Credit ' || coalesce(nullif(payload ->> 'name', ''), 'user:' || (payload ->> 'user')),
  subject = 'user:' || (payload ->> 'user'),
  amount = (payload ->> 'amount')::bigint,
  currency = payload ->> 'currency'
 WHERE action = 'credit_wallet' AND subject = '';

CREATE OR REPLACE TRIGGER wallet_approval_frozen
  BEFORE UPDATE OF action, payload, payload_hash, subject, amount, currency, reason, requester_id ON wallet_approval
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE OR REPLACE TRIGGER wallet_approval_kept BEFORE DELETE ON wallet_approval
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
