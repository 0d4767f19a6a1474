from __future__ import annotations

from tests.support.builders import article
from tests.support.installation import Installation


def test_the_tree_the_forms_and_the_hits_of_every_clause_are_shown(small: Installation) -> None:
    small.keep(
        article(serial=1, text="A truce in Kyiv"),
        article(serial=2, text="Truces elsewhere"),
        article(serial=3, text="мирные планы"),
    )
    output = small.json("explain", 'truce -Kyiv OR "мирный план"')
    assert output["articles"] == 2
    assert [(part["clause"], part["articles"]) for part in output["tree"]["children"]] == [
        ("AND", 1),
        ('"мирный план"', 1),
    ]
    first, second = output["tree"]["children"][0]["children"]
    assert (first["clause"], first["articles"]) == ("truce", 2)
    assert (second["clause"], second["children"][0]["clause"], second["articles"]) == ("NOT", "kyiv", 2)
    forms = {word["word"]: word["forms"] for word in output["words"]}
    assert {"truce", "truces", "truce's"} <= set(forms["truce"]["en"])
    assert "мирных" in forms["мирный"]["ru"]
    assert output["slowest"]["clause"] in ("truce", "kyiv", '"мирный план"')
    assert [remark["code"] for remark in output["diagnostics"]] == ["mixed-operators"]


def test_a_query_is_explained_even_without_an_index(small: Installation) -> None:
    output = small.json("explain", "truce")
    assert (output["tree"]["clause"], output["articles"], output["slowest"]) == ("truce", None, None)
    code, out, err = small.run("explain", "truce")
    assert code == 0
    assert "truces" in out
    assert "articles are not counted" in err


def test_the_output_shows_the_tree_and_the_slowest_clause(small: Installation) -> None:
    small.keep(article(serial=1, text="A truce in Kyiv"))
    _, out, _ = small.run("explain", "truce AND Kyiv")
    assert "AND  1 article," in out
    assert "├── truce  1 article," in out
    assert "Slowest clause: " in out
