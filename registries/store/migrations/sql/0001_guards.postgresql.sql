-- What PostgreSQL keeps by itself, whoever writes. Statements end with a line of two hyphens and one bar.

CREATE FUNCTION ledger_line(lane integer, first numeric, last numeric) RETURNS int8range
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lane < 6144 THEN int8range(
        lane::bigint * 1125899906842624 + first::bigint, lane::bigint * 1125899906842624 + last::bigint, '[]') END
$$
--|
CREATE FUNCTION ledger_wide(lane integer, first numeric, last numeric) RETURNS numrange
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lane >= 6144 THEN numrange(
        lane * 340282366920938463463374607431768211456 + first,
        lane * 340282366920938463463374607431768211456 + last, '[]') END
$$
--|
ALTER TABLE claim
    ADD CONSTRAINT claim_bounds CHECK (
        lane >= 64 AND first >= 0 AND first <= last AND low >= 0 AND low <= high AND high <= 2147483647
        AND legal_start_us <= legal_stop_us AND (NOT active OR legal_start_us < legal_stop_us)
        AND (lane >= 6144 OR last < 1125899906842624)),
    ADD CONSTRAINT claim_narrow EXCLUDE USING gist (
        ledger_line(lane, first, last) WITH &&, int8range(legal_start_us, legal_stop_us) WITH &&)
        WHERE (active AND lane < 4096 AND (lane & 3) <> 1),
    ADD CONSTRAINT claim_plane EXCLUDE USING gist (
        ledger_line(lane, first, last) WITH &&, int8range(low, high, '[]') WITH &&,
        int8range(legal_start_us, legal_stop_us) WITH &&)
        WHERE (active AND lane >= 4096 AND lane < 6144 AND (lane & 3) <> 1),
    ADD CONSTRAINT claim_wide EXCLUDE USING gist (
        ledger_wide(lane, first, last) WITH &&, int8range(legal_start_us, legal_stop_us) WITH &&)
        WHERE (active AND lane >= 6144 AND (lane & 3) <> 1)
--|
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger-kept: rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'SG000';
END $$
--|
CREATE FUNCTION ledger_claim_before() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ground claim;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.claim_id, NEW.grant_id, NEW.lane) <> (OLD.claim_id, OLD.grant_id, OLD.lane) THEN
        RAISE EXCEPTION 'ledger-kept: claim % keeps its name, grant and lane', OLD.claim_id USING ERRCODE = 'SG000';
    END IF;
    IF NOT NEW.active THEN
        RETURN NEW;
    END IF;
    -- A snapshot taken before the lock could miss a child or a closed parent.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger-isolation: claims are written in READ COMMITTED' USING ERRCODE = 'SG000';
    END IF;
    IF ((NEW.lane >> 2) & 15) = 0 THEN
        IF NEW.parent_claim_id <> '' THEN
            RAISE EXCEPTION 'ledger-orphan: pool claim % has a parent', NEW.claim_id USING ERRCODE = 'SG003';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO ground FROM claim WHERE claim_id = NEW.parent_claim_id FOR SHARE;
    IF NOT FOUND OR NOT ground.active OR ground.grant_id <> NEW.parent_id OR (ground.lane >> 2) + 1 <> (NEW.lane >> 2)
        OR NEW.first < ground.first OR NEW.last > ground.last OR NEW.low < ground.low OR NEW.high > ground.high
        OR NEW.legal_stop_us > ground.legal_stop_us THEN
        RAISE EXCEPTION 'ledger-orphan: claim % is not inside an active claim %', NEW.claim_id, NEW.parent_claim_id
            USING ERRCODE = 'SG003';
    END IF;
    RETURN NEW;
END $$
--|
CREATE FUNCTION ledger_claim_after() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    child text;
    same boolean;
BEGIN
    same := (NEW.first, NEW.last, NEW.low, NEW.high, NEW.legal_start_us, NEW.legal_stop_us)
        = (OLD.first, OLD.last, OLD.low, OLD.high, OLD.legal_start_us, OLD.legal_stop_us);
    IF OLD.active AND NOT (NEW.active AND same) THEN
        SELECT c.claim_id INTO child FROM claim c
        WHERE c.active AND c.parent_id = OLD.grant_id AND c.parent_claim_id = OLD.claim_id
            AND NOT (NEW.active AND c.first >= NEW.first AND c.last <= NEW.last AND c.low >= NEW.low
                AND c.high <= NEW.high AND c.legal_stop_us <= NEW.legal_stop_us)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'ledger-orphan: claim % still carries claim %', OLD.claim_id, child
                USING ERRCODE = 'SG003';
        END IF;
    END IF;
    IF NEW.recorded_us > OLD.recorded_us THEN
        INSERT INTO claim_past (claim_id, grant_id, lane, first, last, low, high, size_bits, legal_start_us,
            legal_stop_us, recorded_us, active, parent_id, parent_claim_id, key_text, superseded_us)
        VALUES (OLD.claim_id, OLD.grant_id, OLD.lane, OLD.first, OLD.last, OLD.low, OLD.high, OLD.size_bits,
            OLD.legal_start_us, OLD.legal_stop_us, OLD.recorded_us, OLD.active, OLD.parent_id, OLD.parent_claim_id,
            OLD.key_text, NEW.recorded_us);
    ELSIF NOT same OR NEW.recorded_us <> OLD.recorded_us OR NEW.parent_claim_id <> OLD.parent_claim_id
        OR NEW.key_text <> OLD.key_text THEN
        RAISE EXCEPTION 'ledger-kept: claim % changes without a later record time', OLD.claim_id
            USING ERRCODE = 'SG000';
    END IF;
    RETURN NULL;
END $$
--|
CREATE FUNCTION ledger_tenure_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recorded_us > OLD.recorded_us THEN
        INSERT INTO tenure_past (grant_id, number, state, holder_id, legal_start_us, legal_stop_us, recorded_us,
            superseded_us)
        VALUES (OLD.grant_id, OLD.number, OLD.state, OLD.holder_id, OLD.legal_start_us, OLD.legal_stop_us,
            OLD.recorded_us, NEW.recorded_us);
    ELSIF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'ledger-kept: tenure % of % changes without a later record time', OLD.number, OLD.grant_id
            USING ERRCODE = 'SG000';
    END IF;
    RETURN NULL;
END $$
--|
CREATE FUNCTION ledger_outbox_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position IS NOT NULL OR (NEW.outbox_id, NEW.entry_id, NEW.leaf_hash, NEW.committed_us)
        IS DISTINCT FROM (OLD.outbox_id, OLD.entry_id, OLD.leaf_hash, OLD.committed_us) THEN
        RAISE EXCEPTION 'ledger-kept: a row of the outbox gets its position once' USING ERRCODE = 'SG000';
    END IF;
    RETURN NEW;
END $$
--|
CREATE TRIGGER claim_before BEFORE INSERT OR UPDATE ON claim
    FOR EACH ROW EXECUTE FUNCTION ledger_claim_before()
--|
CREATE TRIGGER claim_after AFTER UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION ledger_claim_after()
--|
CREATE TRIGGER tenure_after AFTER UPDATE ON tenure FOR EACH ROW EXECUTE FUNCTION ledger_tenure_after()
--|
CREATE TRIGGER outbox_before BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION ledger_outbox_before()
--|
CREATE TRIGGER claim_kept BEFORE DELETE OR TRUNCATE ON claim EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER tenure_kept BEFORE DELETE OR TRUNCATE ON tenure EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER grants_kept BEFORE DELETE OR TRUNCATE ON grants EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER claim_past_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_past EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER tenure_past_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON tenure_past EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER grant_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_event EXECUTE FUNCTION ledger_refuse()
--|
CREATE TRIGGER outbox_kept BEFORE DELETE OR TRUNCATE ON outbox EXECUTE FUNCTION ledger_refuse()
