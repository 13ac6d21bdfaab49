-- Recipes and their ingredients.

-- AUTOINCREMENT: the id of a deleted recipe is never reused.
CREATE TABLE recipes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;

-- WITHOUT ROWID: the table is its own index, so each ingredient costs one row written instead
-- of two.
CREATE TABLE ingredients (
  recipe_id INTEGER NOT NULL REFERENCES recipes (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  amount TEXT,
  PRIMARY KEY (recipe_id, name)
) STRICT, WITHOUT ROWID;
