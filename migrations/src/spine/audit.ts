export const AUDIT = `
CREATE TABLE audit_records (
  chain smallint NOT NULL CHECK (chain BETWEEN 0 AND 63),
  number bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  actor_id uuid,
  actor_role text,
  session_id uuid,
  address text,
  operation text NOT NULL,
  target text NOT NULL,
  target_id text,
  result text NOT NULL CHECK (result IN ('done', 'refused')),
  code text,
  reason text,
  before jsonb,
  after jsonb,
  correlation_id text,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (chain, number)
);
CREATE INDEX audit_records_by_time ON audit_records (at DESC);
CREATE INDEX audit_records_by_target ON audit_records (target_id, at DESC);
CREATE TABLE audit_heads (
  chain smallint PRIMARY KEY,
  number bigint NOT NULL,
  hash bytea NOT NULL
);
INSERT INTO audit_heads SELECT chain, 0, '\\x'::bytea FROM generate_series(0, 63) AS chain;
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit records cannot be changed or removed';
END $$;
CREATE TRIGGER audit_records_only_grow BEFORE UPDATE OR DELETE ON audit_records FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_records_not_truncated BEFORE TRUNCATE ON audit_records FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
`;
