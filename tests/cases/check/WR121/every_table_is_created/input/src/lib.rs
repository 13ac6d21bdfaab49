use worker::*;

pub fn all(db: &D1Database) -> Vec<D1PreparedStatement> {
    vec![]
}

pub fn each(db: &D1Database) {
    db.prepare("WITH RECURSIVE days(n) AS (SELECT 1), more AS (SELECT 2) SELECT n FROM days, more");
    db.prepare("SELECT value FROM json_each(?1) JOIN main.notes ON title IS DISTINCT FROM value");
    db.prepare("UPDATE OR IGNORE labels SET title = 'from nowhere' -- join nothing");
    db.prepare("INSERT INTO notes (title) VALUES (?1) ON CONFLICT DO UPDATE SET title = excluded.title");
    db.prepare("SELECT count(*) FROM (SELECT title FROM recent)");
    db.prepare("SELECT name FROM sqlite_schema");
    db.prepare("DELETE FROM found_data");
    db.prepare("a note from somebody");
}
