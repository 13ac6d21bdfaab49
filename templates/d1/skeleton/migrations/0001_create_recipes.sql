-- Recipes, and what goes into them.

-- AUTOINCREMENT: the id of a recipe that was removed is never given to another one.
CREATE TABLE recipes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;

-- WITHOUT ROWID: a table that is its own index costs one written row for each ingredient,
-- not two.
CREATE TABLE ingredients (
  recipe_id INTEGER NOT NULL REFERENCES recipes (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  amount TEXT,
  PRIMARY KEY (recipe_id, name)
) STRICT, WITHOUT ROWID;
