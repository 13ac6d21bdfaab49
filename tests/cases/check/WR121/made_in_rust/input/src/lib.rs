use worker::*;

const SCRATCH: &str = "CREATE TABLE IF NOT EXISTS scratch (id INTEGER)";

pub fn all(db: &D1Database) -> D1PreparedStatement {
    db.prepare("SELECT id FROM scratch")
}
