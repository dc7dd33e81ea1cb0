-- What SQLite keeps by itself, whoever writes. Statements end with a line of two hyphens and one bar.
-- claim_space is an index, never the judge: it finds candidates by the leading words of their bounds, as 32-bit numbers,
-- and the exact bounds in claim decide. A word counts only where all words before it are the same in both bounds.
-- Every upper bound is one more than it need be (lanes count double, so that they stay apart): the tree chooses its
-- nodes by their volume, and of boxes without any it makes a tree that has to be read whole.

CREATE VIRTUAL TABLE claim_space USING rtree_i32(claim_number, lane0, lane1, a0, a1, b0, b1, c0, c1, t0, t1)
--|
CREATE TRIGGER claim_before_insert BEFORE INSERT ON claim BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a claim of this name is there') WHERE EXISTS (
        SELECT 1 FROM claim WHERE claim_id = NEW.claim_id OR claim_number = NEW.claim_number);
    SELECT RAISE(ABORT, 'ledger-shape: bounds, moments or lane of the claim are no claim') WHERE NOT (
        typeof(NEW.first) = 'blob' AND length(NEW.first) = 16 AND typeof(NEW.last) = 'blob' AND length(NEW.last) = 16
        AND typeof(NEW.low) = 'integer' AND typeof(NEW.high) = 'integer' AND typeof(NEW.lane) = 'integer'
        AND typeof(NEW.legal_start_us) = 'integer' AND typeof(NEW.legal_stop_us) = 'integer'
        AND NEW.lane >= 64 AND NEW.first <= NEW.last AND NEW.low >= 0 AND NEW.low <= NEW.high
        AND NEW.high <= 2147483647 AND NEW.legal_start_us <= NEW.legal_stop_us AND NEW.active IN (0, 1)
        AND (NOT NEW.active OR NEW.legal_start_us < NEW.legal_stop_us)
        AND (NEW.lane >= 6144 OR NEW.last < X'00000000000000000004000000000000'));
END
--|
CREATE TRIGGER claim_ground_insert BEFORE INSERT ON claim WHEN NEW.active BEGIN
    SELECT RAISE(ABORT, 'ledger-orphan: the claim is not inside an active claim one level above') WHERE NOT (
        ((NEW.lane >> 2) & 15) = 0 AND NEW.parent_claim_id = '' OR ((NEW.lane >> 2) & 15) > 0 AND EXISTS (
            SELECT 1 FROM claim g WHERE g.claim_id = NEW.parent_claim_id AND g.active AND g.grant_id = NEW.parent_id
                AND (g.lane >> 2) + 1 = (NEW.lane >> 2) AND g.first <= NEW.first AND g.last >= NEW.last
                AND g.low <= NEW.low AND g.high >= NEW.high AND g.legal_stop_us >= NEW.legal_stop_us));
END
--|
CREATE TRIGGER claim_after_insert AFTER INSERT ON claim WHEN NEW.active BEGIN
    INSERT INTO claim_space VALUES (NEW.claim_number, 2 * NEW.lane, 2 * NEW.lane + 1,
        CASE WHEN NEW.lane < 6144 THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 8, 1)) << 0) - 2147483648) END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 8, 1)) << 0) - 2147483648) END),
        CASE WHEN NEW.lane < 6144 THEN CASE WHEN substr(NEW.first, 1, 12) = substr(NEW.last, 1, 12) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END ELSE CASE WHEN substr(NEW.first, 1, 4) = substr(NEW.last, 1, 4) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN CASE WHEN substr(NEW.first, 1, 12) = substr(NEW.last, 1, 12) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END ELSE CASE WHEN substr(NEW.first, 1, 4) = substr(NEW.last, 1, 4) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END END),
        CASE WHEN NEW.lane < 6144 THEN NEW.low ELSE CASE WHEN substr(NEW.first, 1, 8) = substr(NEW.last, 1, 8) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN NEW.high ELSE CASE WHEN substr(NEW.first, 1, 8) = substr(NEW.last, 1, 8) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END END),
        max(-2147483648, min(2147483647, NEW.legal_start_us / 60000000 - 1)), max(-2147483648, min(2147483647, NEW.legal_stop_us / 60000000 + 1)));
    SELECT RAISE(ABORT, 'ledger-overlap: the space is taken in this class and time')
    WHERE NEW.active AND (NEW.lane & 3) <> 1 AND EXISTS (
        SELECT 1 FROM claim_space own CROSS JOIN claim_space s CROSS JOIN claim c ON c.claim_number = s.claim_number
        WHERE own.claim_number = NEW.claim_number AND s.lane0 <= own.lane0 AND s.lane1 >= own.lane0
            AND s.a0 <= own.a1 AND s.a1 >= own.a0 AND s.b0 <= own.b1 AND s.b1 >= own.b0
            AND s.c0 <= own.c1 AND s.c1 >= own.c0 AND s.t0 <= own.t1 AND s.t1 >= own.t0
            AND c.claim_id <> NEW.claim_id AND c.lane = NEW.lane
            AND c.first <= NEW.last AND c.last >= NEW.first AND c.low <= NEW.high AND c.high >= NEW.low
            AND c.legal_start_us < NEW.legal_stop_us AND c.legal_stop_us > NEW.legal_start_us);
END
--|
CREATE TRIGGER claim_before_update BEFORE UPDATE ON claim BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a claim keeps its name, number, grant and lane') WHERE NOT (
        NEW.claim_id = OLD.claim_id AND NEW.claim_number = OLD.claim_number AND NEW.grant_id = OLD.grant_id
        AND NEW.lane = OLD.lane);
    SELECT RAISE(ABORT, 'ledger-shape: bounds, moments or lane of the claim are no claim') WHERE NOT (
        typeof(NEW.first) = 'blob' AND length(NEW.first) = 16 AND typeof(NEW.last) = 'blob' AND length(NEW.last) = 16
        AND typeof(NEW.low) = 'integer' AND typeof(NEW.high) = 'integer' AND typeof(NEW.lane) = 'integer'
        AND typeof(NEW.legal_start_us) = 'integer' AND typeof(NEW.legal_stop_us) = 'integer'
        AND NEW.lane >= 64 AND NEW.first <= NEW.last AND NEW.low >= 0 AND NEW.low <= NEW.high
        AND NEW.high <= 2147483647 AND NEW.legal_start_us <= NEW.legal_stop_us AND NEW.active IN (0, 1)
        AND (NOT NEW.active OR NEW.legal_start_us < NEW.legal_stop_us)
        AND (NEW.lane >= 6144 OR NEW.last < X'00000000000000000004000000000000'));
    SELECT RAISE(ABORT, 'ledger-kept: a claim changes only with a later record time') WHERE NEW.recorded_us < OLD.recorded_us
        OR NEW.recorded_us = OLD.recorded_us AND NOT (NEW.first = OLD.first AND NEW.last = OLD.last AND NEW.low = OLD.low AND NEW.high = OLD.high
        AND NEW.legal_start_us = OLD.legal_start_us AND NEW.legal_stop_us = OLD.legal_stop_us
        AND NEW.parent_claim_id = OLD.parent_claim_id AND NEW.parent_id = OLD.parent_id AND NEW.key_text = OLD.key_text);
END
--|
CREATE TRIGGER claim_ground_update BEFORE UPDATE ON claim WHEN NEW.active BEGIN
    SELECT RAISE(ABORT, 'ledger-orphan: the claim is not inside an active claim one level above') WHERE NOT (
        ((NEW.lane >> 2) & 15) = 0 AND NEW.parent_claim_id = '' OR ((NEW.lane >> 2) & 15) > 0 AND EXISTS (
            SELECT 1 FROM claim g WHERE g.claim_id = NEW.parent_claim_id AND g.active AND g.grant_id = NEW.parent_id
                AND (g.lane >> 2) + 1 = (NEW.lane >> 2) AND g.first <= NEW.first AND g.last >= NEW.last
                AND g.low <= NEW.low AND g.high >= NEW.high AND g.legal_stop_us >= NEW.legal_stop_us));
END
--|
CREATE TRIGGER claim_children_update BEFORE UPDATE ON claim WHEN OLD.active AND NOT (NEW.active AND NEW.first = OLD.first AND NEW.last = OLD.last AND NEW.low = OLD.low AND NEW.high = OLD.high
        AND NEW.legal_start_us = OLD.legal_start_us AND NEW.legal_stop_us = OLD.legal_stop_us) BEGIN
    SELECT RAISE(ABORT, 'ledger-orphan: the claim still carries another one') WHERE EXISTS (
        SELECT 1 FROM claim c WHERE c.active AND c.parent_id = OLD.grant_id AND c.parent_claim_id = OLD.claim_id
            AND NOT (NEW.active AND c.first >= NEW.first AND c.last <= NEW.last AND c.low >= NEW.low
                AND c.high <= NEW.high AND c.legal_stop_us <= NEW.legal_stop_us));
END
--|
CREATE TRIGGER claim_after_update AFTER UPDATE ON claim WHEN NOT (NEW.active = OLD.active AND NEW.first = OLD.first AND NEW.last = OLD.last AND NEW.low = OLD.low AND NEW.high = OLD.high
        AND NEW.legal_start_us = OLD.legal_start_us AND NEW.legal_stop_us = OLD.legal_stop_us) BEGIN
    DELETE FROM claim_space WHERE claim_number = OLD.claim_number;
    INSERT INTO claim_space SELECT NEW.claim_number, 2 * NEW.lane, 2 * NEW.lane + 1,
        CASE WHEN NEW.lane < 6144 THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 1, 4)), 8, 1)) << 0) - 2147483648) END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 1, 4)), 8, 1)) << 0) - 2147483648) END),
        CASE WHEN NEW.lane < 6144 THEN CASE WHEN substr(NEW.first, 1, 12) = substr(NEW.last, 1, 12) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 13, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END ELSE CASE WHEN substr(NEW.first, 1, 4) = substr(NEW.last, 1, 4) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 5, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN CASE WHEN substr(NEW.first, 1, 12) = substr(NEW.last, 1, 12) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 13, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END ELSE CASE WHEN substr(NEW.first, 1, 4) = substr(NEW.last, 1, 4) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 5, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END END),
        CASE WHEN NEW.lane < 6144 THEN NEW.low ELSE CASE WHEN substr(NEW.first, 1, 8) = substr(NEW.last, 1, 8) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.first, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE -2147483648 END END,
        min(2147483647, 1 + CASE WHEN NEW.lane < 6144 THEN NEW.high ELSE CASE WHEN substr(NEW.first, 1, 8) = substr(NEW.last, 1, 8) THEN ((instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 1, 1)) << 28) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 2, 1)) << 24) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 3, 1)) << 20) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 4, 1)) << 16) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 5, 1)) << 12) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 6, 1)) << 8) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 7, 1)) << 4) + (instr('123456789ABCDEF', substr(hex(substr(NEW.last, 9, 4)), 8, 1)) << 0) - 2147483648) ELSE 2147483647 END END),
        max(-2147483648, min(2147483647, NEW.legal_start_us / 60000000 - 1)), max(-2147483648, min(2147483647, NEW.legal_stop_us / 60000000 + 1)) WHERE NEW.active;
    SELECT RAISE(ABORT, 'ledger-overlap: the space is taken in this class and time')
    WHERE NEW.active AND (NEW.lane & 3) <> 1 AND EXISTS (
        SELECT 1 FROM claim_space own CROSS JOIN claim_space s CROSS JOIN claim c ON c.claim_number = s.claim_number
        WHERE own.claim_number = NEW.claim_number AND s.lane0 <= own.lane0 AND s.lane1 >= own.lane0
            AND s.a0 <= own.a1 AND s.a1 >= own.a0 AND s.b0 <= own.b1 AND s.b1 >= own.b0
            AND s.c0 <= own.c1 AND s.c1 >= own.c0 AND s.t0 <= own.t1 AND s.t1 >= own.t0
            AND c.claim_id <> NEW.claim_id AND c.lane = NEW.lane
            AND c.first <= NEW.last AND c.last >= NEW.first AND c.low <= NEW.high AND c.high >= NEW.low
            AND c.legal_start_us < NEW.legal_stop_us AND c.legal_stop_us > NEW.legal_start_us);
END
--|
CREATE TRIGGER claim_past_update AFTER UPDATE ON claim WHEN NEW.recorded_us > OLD.recorded_us BEGIN
    INSERT INTO claim_past (claim_id, grant_id, lane, first, last, low, high, size_bits, legal_start_us, legal_stop_us,
        recorded_us, active, parent_id, parent_claim_id, key_text, superseded_us)
    VALUES (OLD.claim_id, OLD.grant_id, OLD.lane, OLD.first, OLD.last, OLD.low, OLD.high, OLD.size_bits,
        OLD.legal_start_us, OLD.legal_stop_us, OLD.recorded_us, OLD.active, OLD.parent_id,
        OLD.parent_claim_id, OLD.key_text, NEW.recorded_us);
END
--|
CREATE TRIGGER tenure_before_update BEFORE UPDATE ON tenure
WHEN NEW.recorded_us < OLD.recorded_us OR NEW.recorded_us = OLD.recorded_us AND NOT (NEW.state = OLD.state
    AND NEW.holder_id IS OLD.holder_id AND NEW.legal_start_us = OLD.legal_start_us
    AND NEW.legal_stop_us = OLD.legal_stop_us AND NEW.grant_id = OLD.grant_id AND NEW.number = OLD.number) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a tenure changes only with a later record time');
END
--|
CREATE TRIGGER tenure_past_update AFTER UPDATE ON tenure WHEN NEW.recorded_us > OLD.recorded_us BEGIN
    INSERT INTO tenure_past (grant_id, number, state, holder_id, legal_start_us, legal_stop_us, recorded_us, superseded_us)
    VALUES (OLD.grant_id, OLD.number, OLD.state, OLD.holder_id, OLD.legal_start_us, OLD.legal_stop_us, OLD.recorded_us,
        NEW.recorded_us);
END
--|
CREATE TRIGGER outbox_before_update BEFORE UPDATE ON outbox
WHEN OLD.position IS NOT NULL OR NOT (NEW.outbox_id = OLD.outbox_id AND NEW.entry_id = OLD.entry_id
    AND NEW.leaf_hash = OLD.leaf_hash AND NEW.committed_us = OLD.committed_us) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of the outbox gets its position once');
END
--|
CREATE TRIGGER tenure_before_insert BEFORE INSERT ON tenure WHEN EXISTS (SELECT 1 FROM tenure WHERE grant_id = NEW.grant_id AND number = NEW.number) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of this name is there');
END
--|
CREATE TRIGGER grants_before_insert BEFORE INSERT ON grants WHEN EXISTS (SELECT 1 FROM grants WHERE grant_id = NEW.grant_id) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of this name is there');
END
--|
CREATE TRIGGER entry_before_insert BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE entry_id = NEW.entry_id) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of this name is there');
END
--|
CREATE TRIGGER grant_event_before_insert BEFORE INSERT ON grant_event WHEN EXISTS (SELECT 1 FROM grant_event WHERE grant_id = NEW.grant_id AND version = NEW.version) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of this name is there');
END
--|
CREATE TRIGGER outbox_before_insert BEFORE INSERT ON outbox WHEN EXISTS (SELECT 1 FROM outbox WHERE entry_id = NEW.entry_id OR outbox_id = NEW.outbox_id) BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: a row of this name is there');
END
--|
CREATE TRIGGER claim_kept_delete BEFORE DELETE ON claim BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER tenure_kept_delete BEFORE DELETE ON tenure BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER grants_kept_delete BEFORE DELETE ON grants BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER outbox_kept_delete BEFORE DELETE ON outbox BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER claim_past_kept_delete BEFORE DELETE ON claim_past BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER tenure_past_kept_delete BEFORE DELETE ON tenure_past BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER entry_kept_delete BEFORE DELETE ON entry BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER grant_event_kept_delete BEFORE DELETE ON grant_event BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never deleted');
END
--|
CREATE TRIGGER claim_past_kept_update BEFORE UPDATE ON claim_past BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never changed');
END
--|
CREATE TRIGGER tenure_past_kept_update BEFORE UPDATE ON tenure_past BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never changed');
END
--|
CREATE TRIGGER entry_kept_update BEFORE UPDATE ON entry BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never changed');
END
--|
CREATE TRIGGER grant_event_kept_update BEFORE UPDATE ON grant_event BEGIN
    SELECT RAISE(ABORT, 'ledger-kept: rows are never changed');
END
