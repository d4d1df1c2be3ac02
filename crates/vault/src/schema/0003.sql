-- With it a client that Grantkeep registered can be deleted at its provider (RFC 7592 §3).
ALTER TABLE services ADD COLUMN registration_token TEXT;
