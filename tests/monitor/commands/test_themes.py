from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.builders import article
from tests.support.installation import TRUCE, Installation

TRUCE_TAG = frozenset({"truce"})
LACKING = article(serial=1, title="A truce", source="alpha")
RIGHT = article(serial=2, title="Перемирия нет", themes=TRUCE_TAG)
WRONG = article(serial=3, title="An armistice", themes=TRUCE_TAG | {"gone"})
OTHER = article(serial=4, title="War", text="Armistice Day parades")
ALL = (LACKING, RIGHT, WRONG, OTHER)


@pytest.fixture
def stocked(small: Installation) -> Installation:
    """Return an installation whose engine holds four articles, two of them tagged otherwise than the theme says."""
    small.keep(*ALL)
    return small


def test_the_list_shows_the_number_of_articles_of_each_theme(stocked: Installation) -> None:
    for words in (("themes",), ("themes", "list")):
        (row,) = stocked.json(*words)["themes"]
        assert (row["id"], row["languages"], row["version"], row["articles"]) == ("truce", ["en", "ru"], None, 2)
    assert "Truce" in stocked.run("themes")[1]
    assert stocked.run("themes", "--json", "list")[1].startswith("{")


def test_a_matched_text_is_shown_with_its_matching_words(
    stocked: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text.txt"
    file.write_text("Truces, a ceasefire, truces", "utf-8")
    assert stocked.json("themes", "match", str(file)) == {
        "themes": [{"theme": "truce", "words": ["Truces", "ceasefire", "truces"]}]
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("нет перемирия".encode())))
    assert stocked.json("themes", "match", "-") == {"themes": [{"theme": "truce", "words": ["перемирия"]}]}
    file.write_text("", "utf-8")
    assert stocked.run("themes", "match", str(file)) == (0, "The text matches no theme.\n", "")


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe", "not UTF-8"), (b"x" * 101, "longer than 100"), (None, "No such file")]
)
def test_a_text_that_cannot_be_read_is_reported(
    small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, says: str
) -> None:
    monkeypatch.setenv("PARLEY_MAX_BYTES", "100")
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    code, _, err = small.run("themes", "match", str(file))
    assert code == 2
    assert err.startswith(str(file))
    assert says in err


def test_failing_examples_are_shown_and_fail(stocked: Installation) -> None:
    assert stocked.json("themes", "test") == {
        "themes": [{"theme": "truce", "examples": 2, "failures": [], "diagnostics": []}]
    }
    stocked.write_theme("truce", TRUCE.replace("The war goes on.", "A ceasefire in Sudan"))
    (theme,) = stocked.json("themes", "test", "truce", code=1)["themes"]
    assert theme["failures"] == [{"language": "en", "text": "A ceasefire in Sudan", "matched": True}]
    _, out, _ = stocked.run("themes", "test")
    assert "truce: 1 of 2 examples pass\n  matches but should not (en): A ceasefire in Sudan" in out


def test_a_theme_is_shown_with_all_its_details(stocked: Installation) -> None:
    output = stocked.json("themes", "show", "truce")
    assert output["query"] == {"en": "truce OR ceasefire", "ru": "перемирие"}
    assert (output["articles"], output["version"], len(output["matches"])) == (2, None, 1)
    _, out, _ = stocked.run("themes", "show", "truce")
    assert "query en  truce OR ceasefire" in out
    code, _, err = stocked.run("themes", "show", "nothing")
    assert (code, err) == (1, 'there is no theme "nothing" (truce)\n')


def test_a_preview_shows_the_changes_without_writing_them(stocked: Installation, tmp_path: Path) -> None:
    as_it_stands = stocked.json("themes", "preview", "truce")
    assert (as_it_stands["added"], as_it_stands["removed"]) == (1, 1)
    wider = stocked.json("themes", "preview", "truce", "--query", "en=truce OR armistice")
    assert (wider["added"], wider["removed"]) == (2, 0)
    assert [sample["title"] for sample in wider["samples"]["added"]] == ["War", "A truce"]
    file = tmp_path / "armistice.toml"
    file.write_text(TRUCE.replace("truce OR ceasefire", "armistice"), "utf-8")
    assert stocked.json("themes", "preview", str(file))["added"] == 3
    _, out, _ = stocked.run("themes", "preview", "truce")
    assert "truce: +1 / −1 articles\n+ 2026-03-01  alpha  A truce\n− 2026-03-01  example  An armistice" in out
    assert stocked.tags(*ALL) == [[], ["truce"], ["gone", "truce"], []]
    assert "armistice" not in (stocked.config / "themes" / "truce.toml").read_text()


def test_the_days_of_a_preview_are_those_of_the_time_zone(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_TIMEZONE", "Pacific/Auckland")
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    day = article(serial=1, title="A truce", published=noon, published_precision="day")
    time = article(serial=2, title="A ceasefire", published=noon)
    undated = article(serial=3, title="No truce", published=None, published_precision=None)
    small.keep(day, time, undated)
    _, out, _ = small.run("themes", "preview", "truce")
    assert "+ 2026-03-02  example  A ceasefire" in out
    assert "+ 2026-03-01  example  A truce" in out
    assert "+ undated  example  No truce" in out
    samples = small.json("themes", "preview", "truce")["samples"]["added"]
    assert {one["title"]: one["published_precision"] for one in samples} == {
        "A truce": "day",
        "A ceasefire": "second",
        "No truce": None,
    }


def test_saving_writes_the_file_records_the_version_and_sweeps(stocked: Installation) -> None:
    output = stocked.json("themes", "save", "truce", "--query", "en=truce OR armistice")
    assert (output["version"], output["added"], output["removed"], output["articles"]) == (1, 2, 0, 4)
    assert stocked.tags(*ALL) == [["truce"]] * 4
    assert "truce OR armistice" in Path(output["file"]).read_text()
    assert stocked.json("themes", "show", "truce")["misses"] == [{"language": "en", "text": "The war goes on."}]
    assert stocked.json("verify")["is_correct"]
    again = stocked.json("themes", "save", "truce", "--query", "ru=", "--query", 'en="the truce"')
    assert (again["version"], again["added"], again["removed"]) == (2, 0, 4)
    assert stocked.tags(*ALL) == [[]] * 4


def test_a_new_theme_is_created_from_a_query_or_a_file(stocked: Installation, tmp_path: Path) -> None:
    output = stocked.json("themes", "save", "parades", "--query", "en=parade", "--context", "en=day")
    assert (output["version"], output["added"]) == (1, 1)
    assert stocked.tags(OTHER) == [["parades"]]
    file = tmp_path / "war.toml"
    text = '# Kept as it was written.\ntitle = "War"\ndescription = "War"\ncolour = "#ff0000"\n[query]\nen = "war"\n'
    file.write_text(text, "utf-8")
    assert stocked.json("themes", "save", str(file))["added"] == 1
    assert (stocked.config / "themes" / "war.toml").read_text() == text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("truce", "--query", "en=war"), "does not match but should (en): The truce holds."),
        (("truce", "--query", "en=truce and war"), "did you mean: truce AND war"),
        (("truce", "--query", "truce"), "has no language"),
        (("truce", "--query", "en=", "--query", "ru="), "query: must not be empty"),
        (("truce", "--query", "en=war", "--query", "en=truce"), '"en" is given twice'),
        (("truce", "--context", "@war", "--context", "en=Ukraine"), '"@war" has no language'),
        (("truce", "--context", "@nowhere"), 'unknown fragment "@nowhere"'),
        (("Truce!", "--query", "en=truce"), "is not a valid name"),
        (("truce", "--query", "en=theme:truce"), "cannot contain itself"),
        (("nothing",), 'there is no theme "nothing"'),
        (("nothing.toml",), "cannot be read"),
    ],
)
def test_an_invalid_change_is_rejected_and_nothing_is_written(
    stocked: Installation, words: tuple[str, ...], says: str
) -> None:
    before = (stocked.config / "themes" / "truce.toml").read_text()
    code, _, err = stocked.run("themes", "save", *words)
    assert code in (1, 2)
    assert says in err
    assert (stocked.config / "themes" / "truce.toml").read_text() == before
    assert stocked.run("themes", "history", "truce")[0] == 1


def test_a_theme_that_others_contain_is_not_saved_when_it_breaks_them(stocked: Installation) -> None:
    stocked.write_theme("both", TRUCE.split("[matches]")[0].replace("truce OR ceasefire", "theme:truce"))
    code, _, err = stocked.run("themes", "save", "truce", "--query", "en=truce OR theme:both")
    assert code == 2
    assert "cannot contain itself" in err


def test_an_old_version_is_restored(stocked: Installation) -> None:
    stocked.json("themes", "sweep")
    stocked.json("themes", "save", "truce", "--query", "en=truce OR armistice")
    versions = stocked.json("themes", "history", "truce")["history"]
    assert [(one["version"], one["added"], one["removed"]) for one in versions] == [(1, 1, 1), (2, 2, 0)]
    assert versions[0]["query"]["en"] == "truce OR ceasefire"
    assert stocked.json("themes", "restore", "truce", "1")["version"] == 3
    assert stocked.tags(*ALL) == [["truce"], ["truce"], [], []]
    _, out, _ = stocked.run("themes", "history", "truce")
    assert "+0 / −2, 2 articles" in out
    code, _, err = stocked.run("themes", "restore", "truce", "9")
    assert (code, err) == (1, '"truce" has no version 9; it has 1 to 3\n')


def test_a_removed_theme_is_restored(stocked: Installation) -> None:
    stocked.json("themes", "sweep")
    stocked.write_theme("truce", "removed = true\n")
    stocked.json("themes", "sweep")
    assert stocked.tags(*ALL) == [[]] * 4
    assert stocked.json("themes", "restore", "truce", "1")["version"] == 1
    assert stocked.tags(*ALL) == [["truce"], ["truce"], [], []]


def test_verify_reports_outdated_tags_until_a_sweep(stocked: Installation) -> None:
    output = stocked.json("verify", code=1)
    assert (output["is_correct"], output["kept"], output["indexed"], output["unknown"]) == (False, 4, 4, ["gone"])
    assert output["themes"] == [{"theme": "truce", "missing": 1, "stale": 1}]
    _, out, _ = stocked.run("verify")
    assert "truce: the tag is missing from 1 article, and 1 should not have it; run `parley themes sweep`." in out
    assert stocked.json("themes", "sweep", "truce") == {
        "themes": ["truce"],
        "message": "The tags of truce are up to date.",
    }
    assert stocked.tags(*ALL) == [["truce"], ["truce"], [], []]
    assert stocked.json("verify")["is_correct"]
    assert "The tags of 1 theme agree with their queries." in stocked.run("verify")[1]
    assert stocked.run("themes", "sweep", "nothing")[0] == 1


def test_verify_reports_an_article_missing_from_the_engine(stocked: Installation) -> None:
    stocked.json("themes", "sweep")
    stocked.lose(OTHER)
    output = stocked.json("verify", code=1)
    assert (output["kept"], output["indexed"]) == (4, 3)
    assert "run `parley rebuild`" in stocked.run("verify")[1]
    stocked.run("rebuild")
    assert stocked.json("verify")["is_correct"]


def test_a_search_shows_the_versions_of_its_themes(stocked: Installation) -> None:
    stocked.json("themes", "sweep")
    stocked.json("themes", "save", "truce", "--query", "en=truce OR armistice")
    assert stocked.json("search", "theme:truce -war")["versions"]["themes"] == {"truce": 2}
    assert stocked.json("search", "war")["versions"]["themes"] == {}


def test_comments_and_order_of_a_file_survive_a_save(stocked: Installation) -> None:
    path = stocked.write_theme("truce", f"# Ours since spring.\n{TRUCE}".replace("[query]", "[query]  # OR of all"))
    stocked.json("themes", "save", "truce", "--query", "en=truce OR ceasefire OR armistice")
    text = path.read_text()
    assert "# Ours since spring.\n" in text
    assert "[query]  # OR of all\n" in text
    assert "armistice" in text


def test_a_default_theme_is_removed_by_a_file_and_the_sweep_removes_its_tag(stocked: Installation) -> None:
    (stocked.config / "themes" / "truce.toml").unlink()
    removed = stocked.json("themes", "remove", "truce")
    assert (removed["theme"], removed["deleted"]) == ("truce", False)
    assert Path(removed["file"]).read_text() == "removed = true\n"
    assert stocked.json("themes")["themes"] == []
    assert stocked.tags(*ALL) == [[]] * 4
    assert len(stocked.json("themes", "history", "truce")["history"]) == 1
    assert stocked.run("themes", "remove", "truce")[0] == 1


def test_an_own_theme_file_is_deleted_only_after_confirmation(stocked: Installation) -> None:
    path = stocked.write_theme("parades", TRUCE.split("[matches]")[0])
    code, _, err = stocked.run("themes", "remove", "parades")
    assert (code, path.exists()) == (1, True)
    assert err == f"{path} would be deleted; its queries stay in the history. Confirm it with --yes\n"
    code, out, _ = stocked.run("themes", "remove", "parades", "--yes")
    assert (code, out) == (0, f"parades is removed: {path} is deleted.\n")
    assert stocked.json("themes", "restore", "parades", "1")["version"] == 1
    assert "truce OR ceasefire" in path.read_text()


def test_a_theme_that_others_contain_is_not_removed(stocked: Installation) -> None:
    stocked.write_theme("both", TRUCE.split("[matches]")[0].replace("truce OR ceasefire", "theme:truce"))
    code, _, err = stocked.run("themes", "remove", "truce", "--yes")
    assert code == 1
    assert err.startswith('other themes contain "truce"; change them first:\ntheme both: ')


def test_a_save_based_on_an_older_version_is_rejected(stocked: Installation) -> None:
    for version, query in ((0, "truce"), (1, "truce OR armistice")):
        stocked.json("themes", "save", "truce", "--query", f"en={query}", "--based-on", str(version))
    code, _, err = stocked.run("themes", "save", "truce", "--query", "en=truce OR peace", "--based-on", "1")
    assert code == 1
    assert err == '"truce" has version 2 now, but this change is based on version 1; review it again\n'
    assert "armistice" in (stocked.config / "themes" / "truce.toml").read_text()
