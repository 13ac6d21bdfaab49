-- How long a recipe takes: NULL if nobody has said, as for every recipe from before.
ALTER TABLE recipes ADD COLUMN minutes INTEGER;

-- For the recipes that use an ingredient.
CREATE INDEX ingredients_by_name ON ingredients (name);
