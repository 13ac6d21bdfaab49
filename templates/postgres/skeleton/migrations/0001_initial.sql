CREATE TABLE accounts (
  id text PRIMARY KEY,
  cents bigint NOT NULL,
  CONSTRAINT enough_cents CHECK (cents >= 0)
);

CREATE TABLE transfers (
  id text PRIMARY KEY,
  source text NOT NULL REFERENCES accounts,
  target text NOT NULL REFERENCES accounts,
  cents bigint NOT NULL CHECK (cents > 0),
  made_at timestamptz NOT NULL DEFAULT now(),
  CHECK (source <> target)
);
