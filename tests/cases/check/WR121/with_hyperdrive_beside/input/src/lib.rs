use worker::*;

pub fn all(db: &D1Database) -> D1PreparedStatement {
    db.prepare("SELECT name FROM users")
}
