use worker::*;

pub fn keep(store: &Store) {
    store.put("/notes/{id}", "note");
    store.get("/notes/:id", "note");
}
