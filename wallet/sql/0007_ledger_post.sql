-- The whole of writing money, in one statement from the caller.
--
-- ledger_post(...) books one movement in the caller's transaction: all of it, or nothing.
-- Accounts are named once in p_codes (with the flags of their kind, used to create a missing one);
-- transfer i moves p_amounts[i] from p_codes[p_sources[i]] to p_codes[p_targets[i]].
--
-- outcome   posted      the movement was written
--           replayed    this key was written before, with the same content: nothing is done, its id is returned
--           key_reused  this key was written before, with other content: nothing is done
--           short       a floored account would fall below zero, or a capped one rise above it: nothing is done;
--                       `account` lacks `missing`, or has that much too much
-- A refusal is an answer, not an error, so that the caller's transaction is still good.
--
-- It runs with its owner's rights and looks for names where the owner put them: a role that may call it and may not
-- write the tables reaches them by this function alone.

CREATE OR REPLACE FUNCTION ledger_post(
  p_key text, p_kind text, p_reference text, p_actor text, p_memo text, p_reverses bigint, p_currency text,
  p_codes text[], p_floored boolean[], p_stored boolean[],
  p_sources integer[], p_targets integer[], p_amounts bigint[], p_subjects text[],
  p_capped boolean[] DEFAULT NULL,  -- a caller of the first edition of the chart knows no such account
  OUT outcome text, OUT movement bigint, OUT account text, OUT missing bigint
) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp
  SET wallet.writer = 'ledger_post'           -- the tables refuse any other writer (0003_guards.sql)
  SET plan_cache_mode = force_generic_plan    -- planned once per connection, not once per call: a third of the time
  SET enable_seqscan = off                    -- and by index, also when planned while the tables were small
AS $$
DECLARE
  print bytea;
  first_print bytea;
  ids bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_codes)]);
  balances bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_codes)]);  -- stays NULL where none is stored
  floors boolean[] := p_floored;
  caps boolean[] := coalesce(p_capped, array_fill(false, ARRAY[cardinality(p_codes)]));
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

  -- 2. The accounts. Those that keep a balance are locked, in id order, so that two movements never wait for each
  -- other in a ring; the others are only looked up. Those never used before are opened, and then found.
  FOR attempt IN 1..2 LOOP
    FOR held IN
      SELECT a.id, a.code, a.balance, a.floored, a.capped, a.moved_at FROM wallet_account a
       WHERE a.code = ANY (p_codes) AND a.currency = p_currency AND a.stored ORDER BY a.id FOR NO KEY UPDATE
    LOOP
      place := array_position(p_codes, held.code::text);
      ids[place] := held.id;
      balances[place] := held.balance;
      floors[place] := held.floored;
      caps[place] := held.capped;
      moment := greatest(moment, held.moved_at);  -- time never runs backwards along one account's lines
    END LOOP;
    IF false = ANY (p_stored) THEN
      FOR held IN
        SELECT a.id, a.code FROM wallet_account a
         WHERE a.code = ANY (p_codes) AND a.currency = p_currency AND NOT a.stored
      LOOP
        ids[array_position(p_codes, held.code::text)] := held.id;
      END LOOP;
    END IF;
    EXIT WHEN array_position(ids, NULL) IS NULL;
    INSERT INTO wallet_account (code, currency, floored, stored, capped, balance)
    SELECT c.code, p_currency, c.floored, c.stored, c.capped, 0
      FROM unnest(p_codes, p_floored, p_stored, caps, ids) AS c(code, floored, stored, capped, id)
     WHERE c.id IS NULL
     ORDER BY c.code
        ON CONFLICT DO NOTHING;
  END LOOP;

  -- 3. Whoever waited for a lock looks for the key again: what it would move may have moved meanwhile, and then the
  -- answer is what that did, not that the balance is spent.
  SELECT m.id, m.fingerprint INTO movement, first_print FROM wallet_movement m WHERE m.key = p_key;
  IF FOUND THEN
    outcome := CASE WHEN first_print = print THEN 'replayed' ELSE 'key_reused' END;
    RETURN;
  END IF;

  -- 4. What each account holds after each transfer.
  FOR i IN 1 .. cardinality(p_amounts) LOOP
    balances[p_sources[i]] := balances[p_sources[i]] - p_amounts[i];
    source_balances[i] := balances[p_sources[i]];
    balances[p_targets[i]] := balances[p_targets[i]] + p_amounts[i];
    target_balances[i] := balances[p_targets[i]];
  END LOOP;

  -- 5. The floor and the cap. (The table's CHECKs refuse the same, should this ever be wrong.)
  FOR i IN 1 .. cardinality(p_codes) LOOP
    IF (floors[i] AND balances[i] < 0) OR (caps[i] AND balances[i] > 0) THEN
      outcome := 'short';
      account := p_codes[i];
      missing := abs(balances[i]);
      RETURN;
    END IF;
  END LOOP;

  -- 6. Written. Another transaction may have taken the key while this one waited for a lock: then that one counts.
  INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo, reverses_id, at, seal)
  VALUES (p_key, p_kind, print, p_reference, p_actor, p_memo, p_reverses, moment,
          ledger_seal(p_key, p_reference, p_actor, p_memo, moment, print))
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

  -- 7. Each account once, by its net, last: these rows are the only ones that others may be waiting for.
  UPDATE wallet_account a
     SET balance = balances[array_position(ids, a.id)], moved_at = moment
   WHERE a.id = ANY (ids) AND a.stored;
  outcome := 'posted';
END $$;
