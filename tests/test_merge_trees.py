"""The three-way merge of whole projects: modes, links, moved and deleted files, and folders of migrations."""

from __future__ import annotations

import pytest

from scaffolder.updating.merge.outcome import EXECUTABLE, LINK, Entry, MergedPath, Tree
from scaffolder.updating.merge.tree_merge import merge_trees

LONG = "".join(f"line {number}\n" for number in range(20))
"""A text that is long enough to be recognised under another name."""

CONFIG = 'name = "demo"\n\n[[d1_databases]]\nbinding = "DB"\nmigrations_dir = "sql"\n'


def tree(**files: str | Entry) -> Tree:
    """Return files by their paths, in which `__` stands for a slash and `_0` for nothing."""
    named = {path.replace("__", "/"): each for path, each in files.items()}
    return {path: each if isinstance(each, Entry) else Entry(each.encode()) for path, each in named.items()}


def files(*pairs: tuple[str, str]) -> Tree:
    return {path: Entry(text.encode()) for path, text in pairs}


def after(found: dict[str, MergedPath]) -> dict[str, str]:
    """Return the texts that are there after a merge."""
    return {path: each.entry.content.decode() for path, each in found.items() if each.entry is not None}


def test_a_file_that_only_one_side_changed_is_that_sides() -> None:
    found = merge_trees(tree(a="1\n", b="1\n"), tree(a="2\n", b="1\n"), tree(a="1\n", b="2\n", c="own\n"))

    assert after(found) == {"a": "2\n", "b": "2\n", "c": "own\n"}
    assert [path for path, each in found.items() if each.is_changed] == ["a"]


def test_a_file_that_the_template_deletes_stays_if_it_was_changed() -> None:
    found = merge_trees(tree(a="1\n", b="1\n"), tree(), tree(a="1\n", b="2\n"))

    assert after(found) == {"b": "2\n"}
    assert found["b"].conflicts
    assert not found["a"].conflicts
    assert (found["b"].base, found["b"].theirs) == (Entry(b"1\n"), None)


def test_a_file_that_was_deleted_stays_deleted() -> None:
    found = merge_trees(tree(a="1\n", b="1\n"), tree(a="2\n", b="1\n"), tree())

    assert after(found) == {}
    assert found["a"].notes
    assert not found["a"].conflicts


def test_a_new_file_whose_path_is_taken_is_a_conflict_that_keeps_both() -> None:
    found = merge_trees(tree(), tree(notes="theirs\n"), tree(notes="ours\n"))

    assert found["notes"].conflicts
    assert "ours\n" in after(found)["notes"]
    assert "theirs\n" in after(found)["notes"]


@pytest.mark.parametrize(
    ("new", "own"), [("notes/today.txt", "notes"), ("notes", "notes/today.txt"), ("a/b/c", "a"), ("a", "a/b/c")]
)
def test_a_new_file_never_takes_the_place_of_a_folder_or_the_other_way_round(new: str, own: str) -> None:
    found = merge_trees({}, files((new, "theirs\n")), files((own, "ours\n")))

    assert after(found) == {own: "ours\n"}
    assert found[new].conflicts
    assert found[new].theirs == Entry(b"theirs\n")


def test_a_mode_is_merged_like_a_line() -> None:
    old, run = Entry(b"1\n"), Entry(b"1\n", EXECUTABLE)
    own = Entry(b"2\n")

    assert merge_trees({"a": old}, {"a": run}, {"a": own})["a"].entry == Entry(b"2\n", EXECUTABLE)
    assert merge_trees({"a": old}, {"a": Entry(b"2\n")}, {"a": run})["a"].entry == Entry(b"2\n", EXECUTABLE)
    assert merge_trees({"a": run}, {"a": Entry(b"2\n", EXECUTABLE)}, {"a": old})["a"].entry == Entry(b"2\n")


def test_a_symbolic_link_is_taken_as_it_is() -> None:
    link, other, text = Entry(b"target", LINK), Entry(b"elsewhere", LINK), Entry(b"1\n")

    assert merge_trees({"a": text}, {"a": Entry(b"2\n")}, {"a": link})["a"].entry == link
    assert merge_trees({"a": text}, {"a": Entry(b"2\n")}, {"a": link})["a"].conflicts
    assert merge_trees({"a": link}, {"a": other}, {"a": link})["a"].entry == other
    assert merge_trees({"a": link}, {"a": link}, {"a": other})["a"].entry == other


def test_a_binary_file_that_both_sides_changed_stays_the_projects() -> None:
    found = merge_trees(tree(a="\0a\n"), tree(a="\0b\n"), tree(a="\0c\n"))

    assert after(found) == {"a": "\0c\n"}
    assert found["a"].conflicts


def test_a_very_large_file_that_both_sides_changed_stays_the_projects() -> None:
    texts_of = [f"{letter}\n" * 600_000 for letter in "abc"]

    found = merge_trees(tree(a=texts_of[0]), tree(a=texts_of[1]), tree(a=texts_of[2]))

    assert found["a"].conflicts
    assert not found["a"].is_changed


def test_a_lock_file_that_both_sides_changed_is_to_be_written_anew() -> None:
    found = merge_trees(files(("Cargo.lock", "1\n")), files(("Cargo.lock", "2\n")), files(("Cargo.lock", "3\n")))

    assert found["Cargo.lock"].is_stale
    assert after(found) == {"Cargo.lock": "3\n"}


@pytest.mark.parametrize("moved", [{}, {"old.rs": "src/new.rs"}])
def test_a_change_follows_a_file_that_the_template_moved(moved: dict[str, str]) -> None:
    found = merge_trees(
        files(("old.rs", LONG)), files(("src/new.rs", LONG)), files(("old.rs", LONG + "mine\n")), moved=moved
    )

    assert after(found) == {"src/new.rs": LONG + "mine\n"}
    assert found["old.rs"].is_changed
    assert not found["src/new.rs"].conflicts


def test_a_change_of_the_template_follows_a_file_that_was_moved_here() -> None:
    found = merge_trees(
        files(("old.txt", LONG)), files(("old.txt", LONG + "theirs\n")), files(("docs/new.txt", "mine\n" + LONG))
    )

    assert after(found) == {"docs/new.txt": f"mine\n{LONG}theirs\n"}


def test_a_file_that_was_deleted_here_stays_deleted_where_the_template_moved_it() -> None:
    found = merge_trees(files(("a", LONG)), files(("b", LONG)), {})

    assert after(found) == {}


def test_new_migrations_go_behind_the_projects_own() -> None:
    base = files(("migrations/0001_first.sql", "1"), ("wrangler.toml", ""))
    theirs = files(*texts(base), ("migrations/0002_second.sql", "2"), ("migrations/0003_third.sql", "3"))
    ours = files(*texts(base), ("migrations/0002_mine.sql", "mine"), ("migrations/0003_too.sql", "too"))

    merged = merge_trees(base, theirs, ours)

    assert after(merged) == {**after_tree(ours), "migrations/0004_second.sql": "2", "migrations/0005_third.sql": "3"}
    assert merged["migrations/0004_second.sql"].notes


def test_a_migration_is_appended_once_however_often_the_project_is_updated() -> None:
    one = files(("wrangler.toml", ""))
    two = files(*texts(one), ("migrations/0001_a.sql", "a"))
    three = files(*texts(two), ("migrations/0002_b.sql", "b"))
    ours = files(*texts(one), ("migrations/0001_mine.sql", "mine"))

    ours = files(*after(merge_trees(one, two, ours)).items())
    ours = files(*after(merge_trees(two, three, ours)).items())
    again = merge_trees(one, three, ours)

    assert not any(each.is_changed for each in again.values())
    assert {path.rpartition("/")[2] for path in ours} == {"wrangler.toml", "0001_mine.sql", "0002_a.sql", "0003_b.sql"}


def test_a_migration_that_the_template_edits_or_deletes_is_left_as_it_was_applied() -> None:
    base = files(("wrangler.toml", CONFIG), ("sql/0001_a.sql", "a"), ("sql/0002_b.sql", "b"))
    theirs = files(("wrangler.toml", CONFIG), ("sql/0001_a.sql", "another a"))

    merged = merge_trees(base, theirs, base)

    assert after(merged) == after_tree(base)
    assert merged["sql/0001_a.sql"].notes
    assert merged["sql/0002_b.sql"].notes


def test_new_migrations_go_where_the_project_keeps_those_of_the_database() -> None:
    base = files(("wrangler.toml", CONFIG), ("sql/0001_a.sql", "a"))
    theirs = files(*texts(base), ("sql/0002_b.sql", "b"))
    ours = files(
        ("wrangler.toml", CONFIG.replace('"sql"', '"./db/steps"')),
        ("db/steps/0001_a.sql", "a"),
        ("db/steps/0002.sql", ""),
    )

    assert after(merge_trees(base, theirs, ours)) == {**after_tree(ours), "db/steps/0003_b.sql": "b"}


def test_a_migration_that_is_a_folder_moves_as_a_whole() -> None:
    base = files(("worker/wrangler.json", "{}"))
    step = ("worker/migrations/0001_a/migration.sql", "a"), ("worker/migrations/0001_a/more.sql", "b")
    ours = files(*texts(base), ("worker/migrations/0001_mine.sql", "mine"))

    merged = after(merge_trees(base, files(*texts(base), *step), ours))

    assert merged["worker/migrations/0002_a/migration.sql"] == "a"
    assert merged["worker/migrations/0002_a/more.sql"] == "b"
    assert merged["worker/migrations/0001_mine.sql"] == "mine"


def texts(whole: Tree) -> list[tuple[str, str]]:
    return [(path, entry.content.decode()) for path, entry in whole.items()]


def after_tree(whole: Tree) -> dict[str, str]:
    return dict(texts(whole))
