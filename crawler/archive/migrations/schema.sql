CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE feeds (
	id TEXT NOT NULL,
	setup VARCHAR(32) NOT NULL,
	site TEXT NOT NULL,
	polled BOOLEAN NOT NULL,
	next_due BIGINT NOT NULL,
	lease_until BIGINT,
	failures INTEGER NOT NULL,
	failing_since BIGINT,
	last_poll BIGINT,
	last_success BIGINT,
	last_new BIGINT,
	rhythm INTEGER,
	outcome TEXT,
	detail TEXT NOT NULL, lease_owner TEXT, slowed INTEGER,
	PRIMARY KEY (id)
);
CREATE INDEX feeds_due ON feeds (polled, next_due);
CREATE TABLE validators (
	feed TEXT NOT NULL,
	url TEXT NOT NULL,
	etag TEXT,
	last_modified TEXT,
	body_hash VARCHAR(32) NOT NULL,
	saved BIGINT NOT NULL,
	PRIMARY KEY (feed, url)
);
CREATE TABLE sites (
	site TEXT NOT NULL,
	not_before BIGINT NOT NULL,
	PRIMARY KEY (site)
);
CREATE TABLE "feed_hours" (
	feed TEXT NOT NULL,
	day INTEGER NOT NULL,
	hours INTEGER NOT NULL,
	PRIMARY KEY (feed, day)
);
CREATE TABLE fetches (
	number INTEGER NOT NULL,
	feed TEXT NOT NULL,
	at BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	status INTEGER,
	milliseconds INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	listed INTEGER NOT NULL,
	new INTEGER NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (number)
);
CREATE INDEX fetches_by_feed ON fetches (feed, at);
CREATE INDEX fetches_by_time ON fetches (at);
CREATE TABLE urls (
	serial INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id VARCHAR(32) NOT NULL,
	url TEXT NOT NULL,
	site TEXT NOT NULL,
	source TEXT NOT NULL,
	feed TEXT NOT NULL,
	discovered BIGINT NOT NULL,
	first_collected BIGINT,
	state TEXT NOT NULL,
	detail TEXT NOT NULL,
	due BIGINT NOT NULL,
	lease_until BIGINT,
	attempts INTEGER NOT NULL,
	hints TEXT,
	digest TEXT, lease_owner TEXT, real TEXT, same_as INTEGER,
	UNIQUE (id)
);
CREATE INDEX urls_by_state ON urls (state, site, due);
CREATE TABLE pages (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	serial INTEGER NOT NULL,
	body_hash VARCHAR(32) NOT NULL,
	collected BIGINT NOT NULL,
	final_url TEXT NOT NULL,
	source TEXT NOT NULL,
	feed TEXT NOT NULL,
	content_type TEXT NOT NULL,
	kind TEXT NOT NULL,
	hints TEXT,
	state TEXT NOT NULL,
	detail TEXT NOT NULL,
	lease_until BIGINT,
	attempts INTEGER NOT NULL,
	crashes INTEGER NOT NULL, lease_owner TEXT,
	FOREIGN KEY(serial) REFERENCES urls (serial)
);
CREATE INDEX pages_by_state ON pages (state, number);
CREATE INDEX pages_by_serial ON pages (serial, number);
CREATE TABLE articles (
	serial INTEGER NOT NULL,
	id TEXT NOT NULL,
	page INTEGER NOT NULL,
	extractor INTEGER NOT NULL,
	waiting BOOLEAN NOT NULL,
	data BLOB NOT NULL, form INTEGER DEFAULT '1' NOT NULL, linking INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (serial),
	UNIQUE (id)
);
CREATE INDEX ix_articles_page ON articles (page);
CREATE INDEX articles_waiting ON articles (waiting) WHERE waiting;
CREATE TABLE theme_versions (
	theme TEXT NOT NULL,
	version INTEGER NOT NULL,
	digest TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	definition TEXT NOT NULL,
	PRIMARY KEY (theme, version)
);
CREATE TABLE sweeps (
	theme TEXT NOT NULL,
	version INTEGER NOT NULL,
	begun BIGINT NOT NULL,
	added INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	finished BIGINT,
	articles INTEGER,
	PRIMARY KEY (theme, version)
);
CREATE TABLE requests (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	work TEXT NOT NULL,
	argument TEXT NOT NULL,
	asked BIGINT NOT NULL,
	state TEXT NOT NULL,
	progress FLOAT NOT NULL,
	message TEXT NOT NULL
);
CREATE INDEX ix_requests_state ON requests (state);
CREATE INDEX urls_by_same_as ON urls (same_as) WHERE same_as IS NOT NULL;
CREATE TABLE repeats (
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	digest BLOB NOT NULL,
	PRIMARY KEY (source, kind, digest)
)
 WITHOUT ROWID
;
CREATE INDEX pages_by_source ON pages (source, number);
CREATE TABLE entries (
	feed TEXT NOT NULL,
	guid VARCHAR(32) NOT NULL,
	id VARCHAR(32) NOT NULL,
	published BIGINT,
	look VARCHAR(32) NOT NULL,
	PRIMARY KEY (feed, guid)
)
 WITHOUT ROWID
;
CREATE TABLE copy_texts (
	number INTEGER NOT NULL,
	id VARCHAR(32) NOT NULL,
	source TEXT NOT NULL,
	published BIGINT NOT NULL,
	is_exact BOOLEAN NOT NULL,
	collected BIGINT NOT NULL,
	digest BLOB NOT NULL,
	length INTEGER NOT NULL,
	key_count INTEGER NOT NULL,
	content BLOB NOT NULL,
	story VARCHAR(32),
	carries TEXT NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);
CREATE INDEX ix_copy_texts_collected ON copy_texts (collected);
CREATE INDEX ix_copy_texts_story ON copy_texts (story);
CREATE INDEX ix_copy_texts_version ON copy_texts (version);
CREATE TABLE copy_keys (
	"key" BIGINT NOT NULL,
	number INTEGER NOT NULL,
	PRIMARY KEY ("key", number)
)
 WITHOUT ROWID
;
CREATE INDEX copy_keys_by_number ON copy_keys (number);
CREATE INDEX ix_articles_linking ON articles (linking);
CREATE TABLE archive (
	id VARCHAR(32) NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX pages_pending ON pages (source, number) WHERE state = 'pending';
CREATE INDEX pages_troubled ON pages (source, number) WHERE state = 'pending' AND crashes > 0;
CREATE TABLE damaged (
	number INTEGER NOT NULL,
	place TEXT NOT NULL,
	"row" TEXT NOT NULL,
	detail TEXT NOT NULL,
	contents TEXT,
	noticed BIGINT NOT NULL,
	repaired BIGINT,
	PRIMARY KEY (number),
	UNIQUE (place, "row")
);
CREATE TABLE clock (
	number INTEGER NOT NULL,
	seen BIGINT NOT NULL,
	jumped_from BIGINT,
	jumped_to BIGINT,
	PRIMARY KEY (number)
);
CREATE TABLE feed_requests (
	feed TEXT NOT NULL,
	asked BIGINT,
	paused BIGINT,
	PRIMARY KEY (feed)
);
CREATE TABLE alert_rules (
	rule TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	state TEXT NOT NULL,
	snoozed_until BIGINT,
	PRIMARY KEY (rule)
);
CREATE TABLE alert_messages (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	"key" TEXT NOT NULL,
	rule TEXT NOT NULL,
	made BIGINT NOT NULL,
	document TEXT NOT NULL,
	UNIQUE ("key")
);
CREATE INDEX ix_alert_messages_made ON alert_messages (made);
CREATE TABLE alert_deliveries (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL,
	channel TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	due BIGINT NOT NULL,
	failed_since BIGINT,
	sent BIGINT,
	given_up BOOLEAN NOT NULL,
	detail TEXT NOT NULL,
	FOREIGN KEY(message) REFERENCES alert_messages (number)
);
CREATE INDEX ix_alert_deliveries_message ON alert_deliveries (message);
CREATE INDEX alert_deliveries_open ON alert_deliveries (due) WHERE sent IS NULL AND NOT given_up;
INSERT INTO alembic_version VALUES ('0016')
