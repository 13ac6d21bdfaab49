//! Every SQL statement of the ledger.

/// Creates missing tables. To change a table that is deployed, add a statement that alters it:
/// `IF NOT EXISTS` leaves an existing table unchanged.
///
/// The trigger does the work of a job. It runs within the statement that finishes the job, so
/// neither can happen without the other.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS jobs (
        key TEXT PRIMARY KEY,
        item TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued',
        attempts INTEGER NOT NULL DEFAULT 0,
        holder TEXT,
        held_until INTEGER
    );
    CREATE TABLE IF NOT EXISTS stock (
        item TEXT PRIMARY KEY,
        pieces INTEGER NOT NULL CHECK (pieces >= 0)
    );
    CREATE TRIGGER IF NOT EXISTS job_done AFTER UPDATE OF state ON jobs
    WHEN new.state = 'done' BEGIN
        UPDATE stock SET pieces = pieces - new.quantity WHERE item = new.item;
    END;";

/// Registers a job, unless its key is taken.
pub const REGISTER: &str = "
    INSERT INTO jobs (key, item, quantity) VALUES (?, ?, ?)
    ON CONFLICT (key) DO NOTHING";

pub const READ: &str = "SELECT key, item, quantity, state, attempts FROM jobs WHERE key = ?";

/// Counts an attempt and claims the job, in one statement: of two messages with the same key,
/// only one gets a row back. The holder may claim the job again, as it does after a pause or a
/// crash. Any other message must wait until the claim has expired.
pub const CLAIM: &str = "
    INSERT INTO jobs (key, item, quantity, attempts, holder, held_until)
    VALUES (?, ?, ?, 1, ?, unixepoch() + ?)
    ON CONFLICT (key) DO UPDATE SET
        attempts = attempts + 1,
        holder = excluded.holder,
        held_until = excluded.held_until
    WHERE state = 'queued'
        AND (holder IS NULL OR holder = excluded.holder OR held_until <= unixepoch())
    RETURNING attempts";

/// Finishes a job for its holder, if there is enough in stock.
pub const FULFIL: &str = "
    UPDATE jobs SET state = 'done'
    WHERE key = ? AND holder = ? AND state = 'queued'
        AND quantity <= (SELECT pieces FROM stock WHERE stock.item = jobs.item)";

/// Records a job as failed, unless it is finished.
pub const DEAD_LETTER: &str = "
    INSERT INTO jobs (key, item, quantity, state) VALUES (?, ?, ?, 'failed')
    ON CONFLICT (key) DO UPDATE SET state = 'failed' WHERE state = 'queued'";

pub const RESTOCK: &str = "
    INSERT INTO stock (item, pieces) VALUES (?, ?)
    ON CONFLICT (item) DO UPDATE SET pieces = excluded.pieces";

pub const COUNT: &str = "SELECT item, pieces FROM stock WHERE item = ?";
