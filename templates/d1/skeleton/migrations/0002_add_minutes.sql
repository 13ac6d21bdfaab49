-- The preparation time; NULL if unknown, as in all existing recipes.
ALTER TABLE recipes ADD COLUMN minutes INTEGER;

-- For listing the recipes with an ingredient.
CREATE INDEX ingredients_by_name ON ingredients (name);
