CREATE TABLE notes (title TEXT NOT NULL);
-- CREATE TABLE old (id);
create virtual table if not exists "found" using fts5(title);
CREATE TABLE labels_new (title TEXT);
ALTER TABLE labels_new RENAME TO labels;
CREATE VIEW recent AS SELECT title FROM notes;
