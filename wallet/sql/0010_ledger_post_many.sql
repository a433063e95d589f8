-- Many movements of one currency in one statement: what ledger_post promises of each, in the order given, all or nothing.
--
-- Movement n is p_keys[n] with its kind, reference, actor, memo and what it reverses. Accounts are named once in p_codes,
-- with the flags of their kind; transfer i belongs to movement p_movements[i] and moves p_amounts[i] from
-- p_codes[p_sources[i]] to p_codes[p_targets[i]]. Transfers stand together by movement, in the order of the movements.
--
-- One row for each movement, in their order: `posted`, or `replayed` where its key was written before with the same
-- content. Else one row alone, and nothing was done: `key_reused` or `short`, with the place of the movement that could
-- not be written; `account` lacks `missing` then, as if the movements before it stood.
--
-- Each account is locked and changed once, however many movements touch it. The line of each is the balance as if they
-- had been posted one after the other. Rights, names and plan as in ledger_post.

CREATE OR REPLACE FUNCTION ledger_post_many(
  p_currency text, p_keys text[], p_kinds text[], p_references text[], p_actors text[], p_memos text[],
  p_reverses bigint[],
  p_codes text[], p_floored boolean[], p_stored boolean[], p_capped boolean[],
  p_movements integer[], p_sources integer[], p_targets integer[], p_amounts bigint[], p_subjects text[]
) RETURNS TABLE (place integer, outcome text, movement bigint, account text, missing bigint)
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp
  SET wallet.writer = 'ledger_post'
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
AS $$
DECLARE
  prints bytea[];
  found_ids bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_keys)]);
  written bigint[];
  ids bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_codes)]);
  balances bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_codes)]);  -- stays NULL where none is stored
  floors boolean[] := p_floored;
  caps boolean[] := p_capped;
  source_balances bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_amounts)]);
  target_balances bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_amounts)]);
  moment timestamptz := banibs_now();
  begins integer := 1;
  side integer;
  held record;
BEGIN
  SELECT array_agg(one.print ORDER BY one.n) INTO prints FROM (
    SELECT k.n, ledger_fingerprint(k.kind, p_currency, k.reverses,
             string_agg(ledger_line(p_codes[t.source], p_codes[t.target], t.amount, t.subject), E'\n' ORDER BY t.n))
           AS print
      FROM unnest(p_kinds, p_reverses) WITH ORDINALITY AS k(kind, reverses, n)
      JOIN unnest(p_movements, p_sources, p_targets, p_amounts, p_subjects)
           WITH ORDINALITY AS t(movement, source, target, amount, subject, n) ON t.movement = k.n
     GROUP BY k.n, k.kind, k.reverses) one;
  IF cardinality(prints) IS DISTINCT FROM cardinality(p_keys) THEN
    RAISE EXCEPTION 'a movement that moves nothing' USING ERRCODE = 'BN002';
  END IF;
  IF (SELECT count(DISTINCT k.key) FROM unnest(p_keys) AS k(key)) <> cardinality(p_keys) THEN
    RAISE EXCEPTION 'a key of two movements' USING ERRCODE = 'BN002';
  END IF;

  FOR look IN 1..2 LOOP
    -- 2. The accounts, as ledger_post takes them: in id order, so that nobody waits in a ring.
    IF look = 2 THEN
      FOR attempt IN 1..2 LOOP
        FOR held IN
          SELECT a.id, a.code, a.balance, a.floored, a.capped, a.moved_at FROM wallet_account a
           WHERE a.code = ANY (p_codes) AND a.currency = p_currency AND a.stored ORDER BY a.id FOR NO KEY UPDATE
        LOOP
          side := array_position(p_codes, held.code::text);
          ids[side] := held.id;
          balances[side] := held.balance;
          floors[side] := held.floored;
          caps[side] := held.capped;
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
          FROM unnest(p_codes, p_floored, p_stored, p_capped, ids) AS c(code, floored, stored, capped, id)
         WHERE c.id IS NULL
         ORDER BY c.code
            ON CONFLICT DO NOTHING;
      END LOOP;
    END IF;

    -- 1 and 3. A key that is known is answered from what it did, before any lock and again under them: what would move
    -- may have moved meanwhile.
    FOR held IN
      SELECT k.n::integer AS n, m.id, m.fingerprint = prints[k.n] AS same
        FROM unnest(p_keys) WITH ORDINALITY AS k(key, n) JOIN wallet_movement m ON m.key = k.key
       ORDER BY k.n
    LOOP
      IF NOT held.same THEN
        RETURN QUERY SELECT held.n, 'key_reused', held.id::bigint, NULL::text, NULL::bigint;
        RETURN;
      END IF;
      found_ids[held.n] := held.id;
    END LOOP;
    IF array_position(found_ids, NULL) IS NULL THEN
      RETURN QUERY SELECT k.n::integer, 'replayed', k.id, NULL::text, NULL::bigint
                     FROM unnest(found_ids) WITH ORDINALITY AS k(id, n) ORDER BY k.n;
      RETURN;
    END IF;
  END LOOP;

  -- 4. What each account holds after each transfer that is new, and 5. its floor and its cap after each movement.
  FOR i IN 1 .. cardinality(p_amounts) LOOP
    IF found_ids[p_movements[i]] IS NULL THEN
      balances[p_sources[i]] := balances[p_sources[i]] - p_amounts[i];
      source_balances[i] := balances[p_sources[i]];
      balances[p_targets[i]] := balances[p_targets[i]] + p_amounts[i];
      target_balances[i] := balances[p_targets[i]];
      IF i = cardinality(p_amounts) OR p_movements[i + 1] <> p_movements[i] THEN
        FOR j IN begins .. i LOOP
          FOREACH side IN ARRAY ARRAY[p_sources[j], p_targets[j]] LOOP
            IF (floors[side] AND balances[side] < 0) OR (caps[side] AND balances[side] > 0) THEN
              RETURN QUERY SELECT p_movements[i], 'short', NULL::bigint, p_codes[side], abs(balances[side]);
              RETURN;
            END IF;
          END LOOP;
        END LOOP;
      END IF;
    END IF;
    IF i < cardinality(p_amounts) AND p_movements[i + 1] <> p_movements[i] THEN
      begins := i + 1;
    END IF;
  END LOOP;

  -- 6. Written. A key that another transaction took between the look under the locks and here was for other accounts:
  -- all of it is undone, as by a serialization failure, and done again.
  WITH wrote AS (
    INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo, reverses_id, at, seal)
    SELECT k.key, k.kind, k.print, k.reference, k.actor, k.memo, k.reverses, moment,
           ledger_seal(k.key, k.reference, k.actor, k.memo, moment, k.print)
      FROM unnest(p_keys, p_kinds, prints, p_references, p_actors, p_memos, p_reverses, found_ids)
           WITH ORDINALITY AS k(key, kind, print, reference, actor, memo, reverses, known, n)
     WHERE k.known IS NULL
     ORDER BY k.n
        ON CONFLICT (key) DO NOTHING RETURNING id, key
  )
  SELECT array_agg(coalesce(k.known, w.id) ORDER BY k.n) INTO written
    FROM unnest(p_keys, found_ids) WITH ORDINALITY AS k(key, known, n)
    LEFT JOIN wrote w ON w.key = k.key;
  IF array_position(written, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'another transaction wrote a key of these movements' USING ERRCODE = '40001';
  END IF;

  INSERT INTO wallet_transfer
         (movement_id, source_id, target_id, amount, currency, subject, source_balance, target_balance, at)
  SELECT written[t.movement], ids[t.source], ids[t.target], t.amount, p_currency, t.subject,
         t.source_balance, t.target_balance, moment
    FROM unnest(p_movements, p_sources, p_targets, p_amounts, p_subjects, source_balances, target_balances)
         WITH ORDINALITY AS t(movement, source, target, amount, subject, source_balance, target_balance, n)
   WHERE found_ids[t.movement] IS NULL
   ORDER BY t.n;

  -- 7. Each account once, by its net, last. One that only replayed movements touch is left as it is.
  UPDATE wallet_account a
     SET balance = balances[array_position(ids, a.id)], moved_at = moment
   WHERE a.stored
     AND a.id IN (SELECT ids[s.side] FROM unnest(p_movements || p_movements, p_sources || p_targets) AS s(movement, side)
                   WHERE found_ids[s.movement] IS NULL);

  RETURN QUERY
    SELECT k.n::integer, CASE WHEN k.known IS NULL THEN 'posted' ELSE 'replayed' END, k.id, NULL::text, NULL::bigint
      FROM unnest(written, found_ids) WITH ORDINALITY AS k(id, known, n) ORDER BY k.n;
END $$;
