-- What is known of an event besides its words, for charts and exports.
ALTER TABLE events ADD COLUMN took_ms INTEGER;
ALTER TABLE events ADD COLUMN reason TEXT;
ALTER TABLE events ADD COLUMN token_ends_at INTEGER;
