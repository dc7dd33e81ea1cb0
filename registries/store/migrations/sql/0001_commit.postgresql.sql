-- One change per call: lock, check, write. Answers as jsonb; what cannot be undone by returning raises and rolls back.

CREATE TYPE ledger_claim AS (
    claim_id text, grant_id text, lane integer, first numeric, last numeric, low bigint, high bigint,
    size_bits smallint, legal_start_us bigint, legal_stop_us bigint, recorded_us bigint, active boolean,
    parent_id text, parent_claim_id text, key_text text)
--|
CREATE FUNCTION ledger_hit(c ledger_claim, but text[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_id text;
BEGIN
    IF (c.lane & 3) = 1 OR c.legal_start_us >= c.legal_stop_us THEN
        RETURN NULL;
    END IF;
    IF c.lane < 4096 THEN
        SELECT o.claim_id INTO found_id FROM claim o
        WHERE o.active AND o.lane < 4096 AND (o.lane & 3) <> 1
            AND ledger_line(o.lane, o.first, o.last) && ledger_line(c.lane, c.first, c.last)
            AND int8range(o.legal_start_us, o.legal_stop_us) && int8range(c.legal_start_us, c.legal_stop_us)
            AND o.claim_id <> ALL (but) LIMIT 1;
    ELSIF c.lane < 6144 THEN
        SELECT o.claim_id INTO found_id FROM claim o
        WHERE o.active AND o.lane >= 4096 AND o.lane < 6144 AND (o.lane & 3) <> 1
            AND ledger_line(o.lane, o.first, o.last) && ledger_line(c.lane, c.first, c.last)
            AND int8range(o.low, o.high, '[]') && int8range(c.low, c.high, '[]')
            AND int8range(o.legal_start_us, o.legal_stop_us) && int8range(c.legal_start_us, c.legal_stop_us)
            AND o.claim_id <> ALL (but) LIMIT 1;
    ELSE
        SELECT o.claim_id INTO found_id FROM claim o
        WHERE o.active AND o.lane >= 6144 AND (o.lane & 3) <> 1
            AND ledger_wide(o.lane, o.first, o.last) && ledger_wide(c.lane, c.first, c.last)
            AND int8range(o.legal_start_us, o.legal_stop_us) && int8range(c.legal_start_us, c.legal_stop_us)
            AND o.claim_id <> ALL (but) LIMIT 1;
    END IF;
    IF found_id IS NULL THEN
        -- History: what ended after this claim begins, and overlapped it.
        SELECT o.claim_id INTO found_id FROM claim o
        WHERE NOT o.active AND o.lane = c.lane AND o.legal_stop_us > c.legal_start_us
            AND o.legal_start_us < c.legal_stop_us AND o.legal_start_us < o.legal_stop_us
            AND o.first <= c.last AND o.last >= c.first AND o.low <= c.high AND o.high >= c.low
            AND o.claim_id <> ALL (but) LIMIT 1;
    END IF;
    RETURN found_id;
END $$
--|
CREATE FUNCTION ledger_hits(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    c ledger_claim;
    moved text[];
    hit text;
BEGIN
    moved := ARRAY(SELECT jsonb_array_elements_text(p->'moved_ids'));
    FOR c IN SELECT * FROM jsonb_populate_recordset(NULL::ledger_claim, p->'probes') LOOP
        hit := ledger_hit(c, moved);
        IF hit IS NOT NULL THEN
            RETURN (SELECT jsonb_build_object('no', 'overlap', 'probe', c.claim_id, 'claim', to_jsonb(o))
                FROM claim o WHERE o.claim_id = hit);
        END IF;
    END LOOP;
    RETURN NULL;
END $$
--|
CREATE FUNCTION ledger_again(p jsonb, body bytea) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    known idempotency;
BEGIN
    SELECT * INTO known FROM idempotency
    WHERE tenant = p->>'tenant' AND idempotency_key = p->>'idempotency_key';
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF known.body_hash = body THEN
        RETURN jsonb_build_object('again', known.receipt);
    END IF;
    RETURN jsonb_build_object('no', 'key', 'entry_id', known.entry_id);
END $$
--|
CREATE FUNCTION ledger_gap_take(pool text, box_first numeric, box_last numeric) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH cut AS (
        DELETE FROM gap g WHERE g.parent_id = pool AND g.first <= box_last AND g.last >= box_first
            AND g.first >= coalesce((SELECT b.first FROM gap b WHERE b.parent_id = pool AND b.first <= box_first
                ORDER BY b.first DESC LIMIT 1), box_first)
        RETURNING g.first, g.last
    ), put AS (
        INSERT INTO gap
        SELECT pool, first, box_first - 1, box_first - 1 - first FROM cut WHERE first < box_first
        UNION ALL
        SELECT pool, box_last + 1, last, last - box_last - 1 FROM cut WHERE last > box_last
        RETURNING 1
    ), gone AS (
        SELECT count(*) AS parts,
            coalesce(sum(least(last, box_last) - greatest(first, box_first) + 1), 0) AS numbers FROM cut
    )
    UPDATE usage SET gaps = gaps + (SELECT count(*) FROM put) - gone.parts, free = free - gone.numbers
    FROM gone WHERE parent_id = pool;
END $$
--|
CREATE FUNCTION ledger_gap_add(pool text, part_first numeric, part_last numeric) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    low_end gap;
    high_end gap;
    ground_first numeric;
    ground_last numeric;
BEGIN
    -- Parts of two claims of the pool stay two, though they touch.
    SELECT c.first, c.last INTO ground_first, ground_last FROM claim c
    WHERE c.grant_id = pool AND c.active AND c.first <= part_first AND c.last >= part_last LIMIT 1;
    SELECT * INTO low_end FROM gap WHERE parent_id = pool AND first < part_first ORDER BY first DESC LIMIT 1;
    SELECT * INTO high_end FROM gap WHERE parent_id = pool AND first = part_last + 1;
    IF low_end.last IS DISTINCT FROM part_first - 1 OR low_end.first < ground_first THEN
        low_end := NULL;
    END IF;
    IF high_end.last > ground_last THEN
        high_end := NULL;
    END IF;
    DELETE FROM gap WHERE parent_id = pool AND first IN (low_end.first, high_end.first);
    INSERT INTO gap VALUES (pool, coalesce(low_end.first, part_first), coalesce(high_end.last, part_last),
        coalesce(high_end.last, part_last) - coalesce(low_end.first, part_first));
    UPDATE usage SET free = free + part_last - part_first + 1,
        gaps = gaps + 1 - (low_end.first IS NOT NULL)::integer - (high_end.first IS NOT NULL)::integer
    WHERE parent_id = pool;
END $$
--|
CREATE FUNCTION ledger_gap_free(pool text, pool_lane integer, box_first numeric, box_last numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    other record;
    at numeric := box_first;
BEGIN
    -- Claims of other legal times may stand on the same numbers: free is what no active claim covers.
    FOR other IN
        SELECT c.first, c.last FROM claim c
        WHERE pool_lane < 4096 AND c.active AND c.lane < 4096 AND (c.lane & 3) <> 1
            AND ledger_line(c.lane, c.first, c.last) && ledger_line(pool_lane + 4, box_first, box_last)
        UNION ALL
        SELECT c.first, c.last FROM claim c
        WHERE pool_lane >= 6144 AND c.active AND c.lane >= 6144 AND (c.lane & 3) <> 1
            AND ledger_wide(c.lane, c.first, c.last) && ledger_wide(pool_lane + 4, box_first, box_last)
        ORDER BY 1
    LOOP
        IF other.first > at THEN
            PERFORM ledger_gap_add(pool, at, other.first - 1);
        END IF;
        at := greatest(at, other.last + 1);
    END LOOP;
    IF at <= box_last THEN
        PERFORM ledger_gap_add(pool, at, box_last);
    END IF;
END $$
--|
CREATE FUNCTION ledger_gap_rebuild(pool text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ground claim;
BEGIN
    DELETE FROM gap WHERE parent_id = pool;
    DELETE FROM usage WHERE parent_id = pool;
    INSERT INTO usage SELECT pool, (SELECT count(*) FROM claim WHERE parent_id = pool AND active), 0, 0,
        coalesce(sum(last - first + 1), 0) FROM claim WHERE grant_id = pool AND active;
    FOR ground IN SELECT * FROM claim WHERE grant_id = pool AND active ORDER BY first LOOP
        PERFORM ledger_gap_free(pool, ground.lane, ground.first, ground.last);
    END LOOP;
END $$
--|
CREATE FUNCTION ledger_stand(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
-- Take what stands on moved claims off its ground, level by level; give what would stand on nothing as a refusal.
DECLARE
    moved text[] := ARRAY(SELECT jsonb_array_elements_text(p->'moved_ids'));
    level_ids text[];
    child text;
BEGIN
    level_ids := ARRAY(
        SELECT c.claim_id FROM jsonb_populate_recordset(NULL::ledger_claim, p->'moved') m
        JOIN claim c ON c.active AND c.parent_id = m.grant_id AND c.parent_claim_id = m.claim_id
        WHERE NOT (m.active AND m.first <= c.first AND m.last >= c.last AND m.low <= c.low AND m.high >= c.high
            AND m.legal_stop_us >= c.legal_stop_us));
    IF cardinality(level_ids) = 0 THEN
        RETURN NULL;
    END IF;
    SELECT c.claim_id INTO child FROM claim c WHERE c.claim_id = ANY (level_ids) AND NOT EXISTS (
        SELECT 1 FROM jsonb_populate_recordset(NULL::ledger_claim, p->'grounds') g
        WHERE g.active AND g.first <= c.first AND g.last >= c.last AND g.low <= c.low AND g.high >= c.high
            AND g.legal_stop_us >= c.legal_stop_us AND (g.lane >> 2) + 1 = (c.lane >> 2))
    ORDER BY c.first, c.low, c.claim_id LIMIT 1;
    IF FOUND THEN
        RETURN (SELECT jsonb_build_object('no', 'child', 'claim', to_jsonb(c)) FROM claim c WHERE c.claim_id = child);
    END IF;
    CREATE TEMPORARY TABLE IF NOT EXISTS ledger_moving (claim_id text, depth integer) ON COMMIT DELETE ROWS;
    DELETE FROM ledger_moving;
    FOR step IN 1..16 LOOP
        EXIT WHEN cardinality(level_ids) = 0;
        PERFORM 1 FROM grants WHERE grant_id IN (SELECT grant_id FROM claim WHERE claim_id = ANY (level_ids))
        ORDER BY grant_id FOR NO KEY UPDATE;
        INSERT INTO ledger_moving SELECT unnest(level_ids), step;
        level_ids := ARRAY(SELECT c.claim_id FROM claim g JOIN claim c
            ON c.active AND c.parent_id = g.grant_id AND c.parent_claim_id = g.claim_id
            WHERE g.claim_id = ANY (level_ids));
    END LOOP;
    FOR step IN REVERSE 16..1 LOOP
        UPDATE claim c SET active = false FROM ledger_moving m WHERE m.depth = step AND c.claim_id = m.claim_id;
    END LOOP;
    RETURN jsonb_build_object('moving', true);
END $$
--|
CREATE FUNCTION ledger_settle(p jsonb) RETURNS void LANGUAGE plpgsql AS $$
-- Put what was taken off its ground on the claims that contain it now.
BEGIN
    UPDATE claim c SET parent_id = g.grant_id, parent_claim_id = g.claim_id, active = true,
        recorded_us = greatest(c.recorded_us + 1, (p->>'recorded_us')::bigint)
    FROM ledger_moving m, jsonb_populate_recordset(NULL::ledger_claim, p->'grounds') g
    WHERE m.depth = 1 AND c.claim_id = m.claim_id AND g.active AND g.first <= c.first AND g.last >= c.last
        AND g.low <= c.low AND g.high >= c.high AND g.legal_stop_us >= c.legal_stop_us
        AND (g.lane >> 2) + 1 = (c.lane >> 2);
    UPDATE grants SET version = version + 1 WHERE grant_id IN (
        SELECT c.grant_id FROM ledger_moving m JOIN claim c ON c.claim_id = m.claim_id WHERE m.depth = 1);
    FOR step IN 2..16 LOOP
        UPDATE claim c SET active = true FROM ledger_moving m WHERE m.depth = step AND c.claim_id = m.claim_id;
    END LOOP;
END $$
--|
CREATE FUNCTION ledger_commit(p jsonb, content bytea, leaf bytea, body bytea) RETURNS jsonb LANGUAGE plpgsql
-- Plans are made once per connection: planning anew for each value costs more than the statements, and the tables
-- may have no statistics yet. A forbidden scan is priced so high that it would be compiled: no compiling either.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    answer jsonb;
    standing jsonb;
    ids text[];
    written integer;
    standing_still integer;
    item jsonb;
BEGIN
    answer := ledger_again(p, body);
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := ledger_hits(p);
    IF answer IS NOT NULL THEN
        RETURN coalesce(ledger_again(p, body), answer);
    END IF;
    -- Parents before children, then by name: no two changes ever wait for one another in a ring.
    ids := ARRAY(SELECT jsonb_object_keys(p->'expected'));
    -- A row comes out of the lock as it is then, so the versions seen here are those that stand.
    SELECT count(*) INTO standing_still FROM (
        SELECT grant_id, version FROM grants WHERE grant_id = ANY (ids) ORDER BY tier, grant_id FOR NO KEY UPDATE) g
    WHERE g.version = (p->'expected'->>g.grant_id)::integer;
    IF cardinality(ids) = 0 THEN
        PERFORM pg_advisory_xact_lock(hashtext('ledger-pools'));
    END IF;
    IF standing_still <> cardinality(ids)
        OR EXISTS (SELECT 1 FROM grants WHERE grant_id = ANY (ARRAY(SELECT jsonb_array_elements_text(p->'begun')))) THEN
        RETURN coalesce(ledger_again(p, body), '{"no": "stale"}'::jsonb);
    END IF;
    FOR item IN SELECT jsonb_array_elements(p->'holders') LOOP
        PERFORM 1 FROM holder WHERE holder_id = item#>>'{}' AND state = 'active' FOR KEY SHARE;
        IF NOT FOUND THEN
            RETURN jsonb_build_object('no', 'holder', 'holder_id', item);
        END IF;
    END LOOP;
    answer := ledger_hits(p);
    IF answer IS NOT NULL THEN
        RETURN coalesce(ledger_again(p, body), answer);
    END IF;
    IF jsonb_array_length(p->'moved') > 0 THEN
        standing := ledger_stand(p);
        IF standing ? 'no' THEN
            RETURN standing;
        END IF;
        UPDATE claim c SET first = m.first, last = m.last, low = m.low, high = m.high, size_bits = m.size_bits,
            legal_start_us = m.legal_start_us, legal_stop_us = m.legal_stop_us, recorded_us = m.recorded_us,
            active = m.active, parent_id = m.parent_id, parent_claim_id = m.parent_claim_id
        FROM jsonb_populate_recordset(NULL::ledger_claim, p->'moved') m WHERE c.claim_id = m.claim_id;
    END IF;
    INSERT INTO claim (claim_id, grant_id, lane, first, last, low, high, size_bits, legal_start_us,
        legal_stop_us, recorded_us, active, parent_id, parent_claim_id, key_text)
    SELECT o.* FROM jsonb_populate_recordset(NULL::ledger_claim, p->'opened') o ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> jsonb_array_length(p->'opened') THEN
        RAISE EXCEPTION 'ledger-raced' USING ERRCODE = 'SG001';
    END IF;
    IF standing IS NOT NULL THEN
        PERFORM ledger_settle(p);
    END IF;
    INSERT INTO grants SELECT * FROM jsonb_populate_recordset(NULL::grants, p->'grants')
    ON CONFLICT (grant_id) DO UPDATE SET level = excluded.level, version = excluded.version,
        recorded_us = excluded.recorded_us, state = excluded.state, holder_id = excluded.holder_id,
        legal_start_us = excluded.legal_start_us, legal_stop_us = excluded.legal_stop_us,
        attributes = excluded.attributes;
    INSERT INTO tenure SELECT * FROM jsonb_populate_recordset(NULL::tenure, p->'tenures')
    ON CONFLICT (grant_id, number) DO UPDATE SET state = excluded.state, holder_id = excluded.holder_id,
        legal_start_us = excluded.legal_start_us, legal_stop_us = excluded.legal_stop_us,
        recorded_us = excluded.recorded_us;
    FOR item IN SELECT jsonb_array_elements(p->'freed') LOOP
        PERFORM ledger_gap_free(item->>0, (item->>1)::integer, (item->>2)::numeric, (item->>3)::numeric);
    END LOOP;
    FOR item IN SELECT jsonb_array_elements(p->'taken') LOOP
        PERFORM ledger_gap_take(item->>0, (item->>2)::numeric, (item->>3)::numeric);
    END LOOP;
    FOR item IN SELECT jsonb_array_elements(p->'counted') LOOP
        UPDATE usage SET children = children + (item->>1)::bigint WHERE parent_id = item->>0;
    END LOOP;
    FOR item IN SELECT jsonb_array_elements(p->'rebuilt') LOOP
        PERFORM ledger_gap_rebuild(item#>>'{}');
    END LOOP;
    INSERT INTO grant_event SELECT * FROM jsonb_populate_recordset(NULL::grant_event, p->'stream');
    INSERT INTO entry VALUES (p->>'entry_id', p->>'command', p->>'tenant', (p->>'recorded_us')::bigint,
        (p->>'legal_us')::bigint, content);
    INSERT INTO outbox (entry_id, leaf_hash, committed_us, transaction_id)
    VALUES (p->>'entry_id', leaf, (p->>'recorded_us')::bigint, pg_current_xact_id()::text::bigint);
    INSERT INTO idempotency VALUES (p->>'tenant', p->>'idempotency_key', p->>'entry_id', body, p->>'receipt')
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
        RAISE EXCEPTION 'ledger-raced' USING ERRCODE = 'SG001';
    END IF;
    RETURN '{"yes": true}'::jsonb;
END $$
--|
CREATE FUNCTION ledger_place(space integer, first numeric, last numeric, low bigint, high bigint, at_us bigint)
RETURNS SETOF ledger_claim LANGUAGE plpgsql STABLE ROWS 8
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
-- Active claims that overlap a box at a moment by law, tier by tier: below a tier that has none, there is none.
DECLARE
    lane_at integer;
    base integer;
    hits integer;
    written integer;
BEGIN
    FOR tier IN 0..15 LOOP
        base := (space * 16 + tier) * 4;
        hits := 0;
        FOR class IN 0..3 LOOP
            lane_at := base + class;
            IF class = 1 THEN
                RETURN QUERY SELECT c.claim_id, c.grant_id, c.lane, c.first, c.last, c.low, c.high, c.size_bits,
                    c.legal_start_us, c.legal_stop_us, c.recorded_us, c.active, c.parent_id, c.parent_claim_id, c.key_text
                FROM claim c WHERE c.active AND c.lane = lane_at AND c.first <= ledger_place.last
                    AND c.last >= ledger_place.first AND c.low <= ledger_place.high AND c.high >= ledger_place.low
                    AND c.legal_start_us <= at_us AND c.legal_stop_us > at_us;
            ELSIF lane_at < 4096 THEN
                RETURN QUERY SELECT c.claim_id, c.grant_id, c.lane, c.first, c.last, c.low, c.high, c.size_bits,
                    c.legal_start_us, c.legal_stop_us, c.recorded_us, c.active, c.parent_id, c.parent_claim_id, c.key_text
                FROM claim c WHERE c.active AND c.lane < 4096 AND (c.lane & 3) <> 1
                    AND ledger_line(c.lane, c.first, c.last) && ledger_line(lane_at, ledger_place.first, ledger_place.last)
                    AND int8range(c.legal_start_us, c.legal_stop_us) && int8range(at_us, at_us + 1);
            ELSIF lane_at < 6144 THEN
                RETURN QUERY SELECT c.claim_id, c.grant_id, c.lane, c.first, c.last, c.low, c.high, c.size_bits,
                    c.legal_start_us, c.legal_stop_us, c.recorded_us, c.active, c.parent_id, c.parent_claim_id, c.key_text
                FROM claim c WHERE c.active AND c.lane >= 4096 AND c.lane < 6144 AND (c.lane & 3) <> 1
                    AND ledger_line(c.lane, c.first, c.last) && ledger_line(lane_at, ledger_place.first, ledger_place.last)
                    AND int8range(c.low, c.high, '[]') && int8range(ledger_place.low, ledger_place.high, '[]')
                    AND int8range(c.legal_start_us, c.legal_stop_us) && int8range(at_us, at_us + 1);
            ELSE
                RETURN QUERY SELECT c.claim_id, c.grant_id, c.lane, c.first, c.last, c.low, c.high, c.size_bits,
                    c.legal_start_us, c.legal_stop_us, c.recorded_us, c.active, c.parent_id, c.parent_claim_id, c.key_text
                FROM claim c WHERE c.active AND c.lane >= 6144 AND (c.lane & 3) <> 1
                    AND ledger_wide(c.lane, c.first, c.last) && ledger_wide(lane_at, ledger_place.first, ledger_place.last)
                    AND int8range(c.legal_start_us, c.legal_stop_us) && int8range(at_us, at_us + 1);
            END IF;
            GET DIAGNOSTICS written = ROW_COUNT;
            hits := hits + written;
            -- Spaces of one axis have one class.
            EXIT WHEN lane_at < 4096 OR lane_at >= 6144;
        END LOOP;
        EXIT WHEN hits = 0;
    END LOOP;
END $$
--|
CREATE FUNCTION ledger_look(p jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
-- Is the space of some claims taken? Not asked for a key that was used: its first answer comes before all else.
DECLARE
    c ledger_claim;
    hit text;
BEGIN
    PERFORM 1 FROM idempotency WHERE tenant = p->>'tenant' AND idempotency_key = p->>'idempotency_key';
    IF FOUND THEN
        RETURN NULL;
    END IF;
    FOR c IN SELECT * FROM jsonb_populate_recordset(NULL::ledger_claim, p->'probes') LOOP
        hit := ledger_hit(c, '{}');
        IF hit IS NOT NULL THEN
            RETURN (SELECT jsonb_build_object('probe', c.claim_id, 'claim', to_jsonb(o))
                FROM claim o WHERE o.claim_id = hit);
        END IF;
    END LOOP;
    RETURN NULL;
END $$
