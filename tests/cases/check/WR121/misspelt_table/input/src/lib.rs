use worker::*;

const ADD: &str = "INSERT INTO note (title) VALUES (?1)";

pub fn add(db: &D1Database, title: &str) -> Result<D1PreparedStatement> {
    query!(db, ADD, title)
}

pub fn labels(db: &D1Database) -> D1PreparedStatement {
    db.prepare("SELECT title FROM Notes JOIN labels USING (title)")
}
