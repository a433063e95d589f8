-- The whole of writing money, in one statement from the caller.
--
-- ledger_post(...) books one movement in the caller's transaction: all of it, or nothing.
-- Accounts are named once in p_codes (with the flags of their kind, used to create a missing one);
-- transfer i moves p_amounts[i] from p_codes[p_sources[i]] to p_codes[p_targets[i]].
--
-- outcome   posted      the movement was written
--           replayed    this key was written before, with the same content: nothing is done, its id is returned
--           key_reused  this key was written before, with other content: nothing is done
--           short       a floored account would fall below zero: nothing is done; `account` lacks `missing`
-- A refusal is an answer, not an error, so that the caller's transaction is still good.

CREATE OR REPLACE FUNCTION ledger_fingerprint(kind text, currency text, reverses bigint, lines text)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n', kind, currency, coalesce(reverses::text, '-'), lines), 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION ledger_line(source text, target text, amount bigint, subject text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT source || ' > ' || target || ' ' || amount || ' ' || subject
$$;

CREATE OR REPLACE FUNCTION ledger_post(
  p_key text, p_kind text, p_reference text, p_actor text, p_memo text, p_reverses bigint, p_currency text,
  p_codes text[], p_floored boolean[], p_stored boolean[],
  p_sources integer[], p_targets integer[], p_amounts bigint[], p_subjects text[],
  OUT outcome text, OUT movement bigint, OUT account text, OUT missing bigint
) LANGUAGE plpgsql AS $$
DECLARE
  print bytea;
  first_print bytea;
  ids bigint[];
  balances bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_codes)]);  -- stays NULL where none is stored
  floors boolean[] := p_floored;
  source_balances bigint[];
  target_balances bigint[];
  moment timestamptz := banibs_now();
  place integer;
  held record;
BEGIN
  SELECT ledger_fingerprint(p_kind, p_currency, p_reverses,
           string_agg(ledger_line(p_codes[t.source], p_codes[t.target], t.amount, t.subject), E'\n' ORDER BY t.n))
    INTO print
    FROM unnest(p_sources, p_targets, p_amounts, p_subjects) WITH ORDINALITY AS t(source, target, amount, subject, n);

  -- 1. A key that is known is answered from what it did, and nothing is recomputed.
  SELECT m.id, m.fingerprint INTO movement, first_print FROM wallet_movement m WHERE m.key = p_key;
  IF FOUND THEN
    outcome := CASE WHEN first_print = print THEN 'replayed' ELSE 'key_reused' END;
    RETURN;
  END IF;

  -- 2. The accounts, in the order of p_codes; those never used before are opened.
  FOR attempt IN 1..2 LOOP
    SELECT array_agg(a.id ORDER BY c.n) INTO ids
      FROM unnest(p_codes) WITH ORDINALITY AS c(code, n)
      LEFT JOIN wallet_account a ON a.code = c.code AND a.currency = p_currency;
    EXIT WHEN array_position(ids, NULL) IS NULL;
    INSERT INTO wallet_account (code, currency, floored, stored, balance)
    SELECT c.code, p_currency, c.floored, c.stored, 0
      FROM unnest(p_codes, p_floored, p_stored, ids) AS c(code, floored, stored, id)
     WHERE c.id IS NULL
     ORDER BY c.code
        ON CONFLICT DO NOTHING;
  END LOOP;

  -- 3. Those that keep a balance are locked, in id order, so that two movements never wait for each other in a ring.
  FOR held IN
    SELECT a.id, a.balance, a.floored, a.moved_at FROM wallet_account a
     WHERE a.id = ANY (ids) AND a.stored ORDER BY a.id FOR NO KEY UPDATE
  LOOP
    place := array_position(ids, held.id);
    balances[place] := held.balance;
    floors[place] := held.floored;
    moment := greatest(moment, held.moved_at);  -- time never runs backwards along one account's lines
  END LOOP;

  FOR i IN 1 .. cardinality(p_amounts) LOOP
    balances[p_sources[i]] := balances[p_sources[i]] - p_amounts[i];
    source_balances[i] := balances[p_sources[i]];
    balances[p_targets[i]] := balances[p_targets[i]] + p_amounts[i];
    target_balances[i] := balances[p_targets[i]];
  END LOOP;

  -- 4. The floor. (The table's CHECK refuses the same thing, should this ever be wrong.)
  FOR i IN 1 .. cardinality(p_codes) LOOP
    IF floors[i] AND balances[i] < 0 THEN
      outcome := 'short';
      account := p_codes[i];
      missing := -balances[i];
      RETURN;
    END IF;
  END LOOP;

  -- 5. Written. Another transaction may have taken the key while this one waited for a lock: then that one counts.
  INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo, reverses_id, at)
  VALUES (p_key, p_kind, print, p_reference, p_actor, p_memo, p_reverses, moment)
      ON CONFLICT (key) DO NOTHING RETURNING id INTO movement;
  IF movement IS NULL THEN
    SELECT m.id, m.fingerprint INTO movement, first_print FROM wallet_movement m WHERE m.key = p_key;
    outcome := CASE WHEN first_print = print THEN 'replayed' ELSE 'key_reused' END;
    RETURN;
  END IF;

  INSERT INTO wallet_transfer
         (movement_id, source_id, target_id, amount, currency, subject, source_balance, target_balance, at)
  SELECT movement, ids[t.source], ids[t.target], t.amount, p_currency, t.subject, t.source_balance, t.target_balance, moment
    FROM unnest(p_sources, p_targets, p_amounts, p_subjects, source_balances, target_balances)
         WITH ORDINALITY AS t(source, target, amount, subject, source_balance, target_balance, n)
   ORDER BY t.n;

  -- 6. Each account once, by its net, last: these rows are the only ones that others may be waiting for.
  UPDATE wallet_account a
     SET balance = balances[array_position(ids, a.id)], moved_at = moment
   WHERE a.id = ANY (ids) AND a.stored;
  outcome := 'posted';
END $$;
