-- What the fingerprint does not hold: by whom, for what and when a movement was written. `verify_ledger` makes the seal
-- again, so that a change behind the triggers is seen.
CREATE OR REPLACE FUNCTION ledger_seal(
  key text, reference text, actor text, memo text, at timestamptz, fingerprint bytea
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(fingerprint || convert_to(
    length(key) || ':' || key || length(reference) || ':' || reference || length(actor) || ':' || actor
    || (extract(epoch FROM at) * 1000000)::bigint || ':' || memo, 'UTF8'))
$$;

-- The movements so far, once. Whoever posts waits until this transaction ends; about ten seconds for a million.
ALTER TABLE wallet_movement DISABLE TRIGGER wallet_movement_append_only;
UPDATE wallet_movement SET seal = ledger_seal(key, reference, actor, memo, at, fingerprint) WHERE seal IS NULL;
ALTER TABLE wallet_movement ENABLE TRIGGER wallet_movement_append_only;
