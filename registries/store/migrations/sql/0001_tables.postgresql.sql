CREATE TABLE claim (
    claim_number BIGSERIAL NOT NULL,
    claim_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    lane INTEGER NOT NULL,
    first NUMERIC(39, 0) NOT NULL,
    last NUMERIC(39, 0) NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    size_bits SMALLINT NOT NULL,
    legal_start_us BIGINT NOT NULL,
    legal_stop_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    parent_id TEXT NOT NULL,
    parent_claim_id TEXT NOT NULL,
    key_text TEXT NOT NULL,
    PRIMARY KEY (claim_number),
    CONSTRAINT claim_name UNIQUE (claim_id)
)
--|
CREATE INDEX claim_by_grant ON claim (grant_id)
--|
CREATE INDEX claim_by_parent ON claim (parent_id, first, claim_id) WHERE active
--|
CREATE INDEX claim_by_place ON claim (lane, size_bits, first)
--|
CREATE INDEX claim_ended ON claim (lane, legal_stop_us) WHERE NOT active
--|
CREATE TABLE claim_past (
    past_id BIGSERIAL NOT NULL,
    claim_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    lane INTEGER NOT NULL,
    first NUMERIC(39, 0) NOT NULL,
    last NUMERIC(39, 0) NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    size_bits SMALLINT NOT NULL,
    legal_start_us BIGINT NOT NULL,
    legal_stop_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    parent_id TEXT NOT NULL,
    parent_claim_id TEXT NOT NULL,
    key_text TEXT NOT NULL,
    superseded_us BIGINT NOT NULL,
    PRIMARY KEY (past_id)
)
--|
CREATE INDEX claim_past_by_grant ON claim_past (grant_id)
--|
CREATE INDEX claim_past_by_place ON claim_past (lane, size_bits, first)
--|
CREATE TABLE contact_due (
    holder_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    due_us BIGINT NOT NULL,
    PRIMARY KEY (holder_id, contact_id)
)
--|
CREATE INDEX contact_by_due ON contact_due (due_us)
--|
CREATE TABLE entry (
    entry_id TEXT NOT NULL,
    command TEXT NOT NULL,
    tenant TEXT NOT NULL,
    recorded_us BIGINT NOT NULL,
    legal_us BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (entry_id)
)
--|
CREATE TABLE gap (
    parent_id TEXT NOT NULL,
    first NUMERIC(39, 0) NOT NULL,
    last NUMERIC(39, 0) NOT NULL,
    span NUMERIC(39, 0) NOT NULL,
    PRIMARY KEY (parent_id, first)
)
--|
CREATE INDEX gap_by_span ON gap (parent_id, span DESC, first)
--|
CREATE TABLE grant_event (
    grant_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (grant_id, version)
)
--|
CREATE TABLE grants (
    grant_id TEXT NOT NULL,
    space TEXT NOT NULL,
    level TEXT NOT NULL,
    tier SMALLINT NOT NULL,
    exclusivity SMALLINT NOT NULL,
    version INTEGER NOT NULL,
    recorded_us BIGINT NOT NULL,
    state TEXT NOT NULL,
    holder_id TEXT,
    legal_start_us BIGINT NOT NULL,
    legal_stop_us BIGINT NOT NULL,
    tenant TEXT NOT NULL,
    attributes TEXT NOT NULL,
    PRIMARY KEY (grant_id)
)
--|
CREATE INDEX grants_by_holder ON grants (holder_id, grant_id)
--|
CREATE INDEX grants_pools ON grants (grant_id) WHERE level = 'pool'
--|
CREATE TABLE holder (
    holder_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    handle TEXT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_us BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (holder_id),
    CONSTRAINT holder_handle UNIQUE (handle)
)
--|
CREATE INDEX holder_by_name ON holder (name, holder_id)
--|
CREATE TABLE holder_event (
    holder_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (holder_id, version)
)
--|
CREATE TABLE holder_identifier (
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    PRIMARY KEY (scheme, value)
)
--|
CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (tenant, idempotency_key)
)
--|
CREATE TABLE ledger_setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
)
--|
CREATE TABLE outbox (
    outbox_id BIGSERIAL NOT NULL,
    entry_id TEXT NOT NULL,
    leaf_hash BYTEA NOT NULL,
    committed_us BIGINT NOT NULL,
    transaction_id BIGINT,
    position BIGINT,
    PRIMARY KEY (outbox_id),
    CONSTRAINT outbox_entry UNIQUE (entry_id)
)
--|
CREATE UNIQUE INDEX outbox_position ON outbox (position) WHERE position IS NOT NULL
--|
CREATE INDEX outbox_waiting ON outbox (outbox_id) WHERE position IS NULL
--|
CREATE TABLE personal_value (
    holder_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    field TEXT NOT NULL,
    commitment TEXT NOT NULL,
    value TEXT NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (holder_id, contact_id, field, commitment)
)
--|
CREATE TABLE tenure (
    grant_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    holder_id TEXT,
    legal_start_us BIGINT NOT NULL,
    legal_stop_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    PRIMARY KEY (grant_id, number)
)
--|
CREATE TABLE tenure_past (
    past_id BIGSERIAL NOT NULL,
    grant_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    holder_id TEXT,
    legal_start_us BIGINT NOT NULL,
    legal_stop_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    superseded_us BIGINT NOT NULL,
    PRIMARY KEY (past_id)
)
--|
CREATE INDEX tenure_past_by_grant ON tenure_past (grant_id)
--|
CREATE TABLE usage (
    parent_id TEXT NOT NULL,
    children BIGINT NOT NULL,
    gaps BIGINT NOT NULL,
    free NUMERIC(40, 0) NOT NULL,
    total NUMERIC(40, 0) NOT NULL,
    PRIMARY KEY (parent_id)
)
