"""An evidence file proves what it says, and a forged one does not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.errors import Refused
from config.settings import Settings
from monitor.app import App
from monitor.documents.evidence import VerdictDocument
from monitor.evidence.asking import article_evidence, search_evidence, trend_evidence
from monitor.evidence.gathering import Evidence
from monitor.evidence.verdicts import in_words, verify
from monitor.services.search import search
from monitor.services.trends import trend
from monitor.terminal.evidence import show_verdict
from tests.support.evidenced import SINCE, UNTIL, filled, forged, parts_of

Written = Callable[[Evidence], Path]
Parts = dict[str, bytes]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Return the settings of a Parley that has no data."""
    return Settings(data=tmp_path / "no data", workers=1)


def test_a_trend_is_rebuilt_from_its_pages_without_the_installation(truce: Path, elsewhere: Settings) -> None:
    verdict = verify(truce, elsewhere)
    assert verdict.differences == ()
    assert verdict.is_equal
    assert verdict.pages > verdict.articles > 10
    assert verdict.listed > 20
    assert not elsewhere.data.exists()


def test_the_answer_in_the_file_is_that_of_the_installation(app: App, truce: Path) -> None:
    shown = json.loads(trend(app, themes=["truce"], since=SINCE, until=UNTIL).to_json())
    assert json.loads(parts_of(truce)["answer.json"]) == shown
    assert sum(bucket["articles"] for bucket in shown["series"][0]["buckets"]) > 10


@pytest.mark.parametrize(
    ("interval", "split"),
    [("hour", "source"), ("week", "class"), ("month", "country"), ("week", "author"), ("hour", None)],
)
def test_every_interval_and_split_is_rebuilt(
    app: App, written: Written, elsewhere: Settings, interval: Any, split: Any
) -> None:
    evidence = trend_evidence(
        app,
        themes=["truce"],
        queries={"not": "NOT truce", "prices": "price*", "named": "theme:truce class:state"},
        interval=interval,
        since=SINCE,
        until=UNTIL,
        split=split,
        scope="class:state OR country:GB",
        corrected=True,
    )
    verdict = verify(written(evidence), elsewhere)
    assert verdict.differences == ()


@pytest.mark.parametrize("scope", ["delegations", "NOT grain", "source:beta OR ministers"])
def test_with_all_pages_even_what_does_not_match_is_checked(
    app: App, written: Written, elsewhere: Settings, scope: str
) -> None:
    evidence = trend_evidence(app, themes=["truce"], since=SINCE, until=UNTIL, scope=scope, pages="all")
    verdict = verify(written(evidence), elsewhere)
    assert (verdict.differences, verdict.listed, verdict.notes) == ((), 0, ())


@pytest.mark.parametrize(
    "query", ["truce", "theme:truce", '"fewer shots"', "NOT truce", "is:undated OR prices", "kjhkjh"]
)
def test_a_search_is_rebuilt(app: App, written: Written, elsewhere: Settings, query: str) -> None:
    evidence = search_evidence(app, query, since=SINCE, until=UNTIL)
    path = written(evidence)
    verdict = verify(path, elsewhere)
    assert verdict.differences == ()
    result = search(app, query, since=SINCE, until=UNTIL)
    answer = json.loads(parts_of(path)["answer.json"])
    assert (answer["articles"], answer["undated"]) == (result.total, result.undated)


def test_an_article_comes_with_all_versions_of_its_page_and_with_its_copy(
    app: App, written: Written, elsewhere: Settings
) -> None:
    [story] = [hit for hit in search(app, "figures corrected later").hits if hit.copies]
    path = written(article_evidence(app, story.id))
    verdict = verify(path, elsewhere)
    assert (verdict.differences, verdict.articles, verdict.pages) == ((), 2, 3)
    assert json.loads(parts_of(path)["answer.json"])["copies"] == 1


def test_hashes_stand_in_for_pages_where_these_are_left_out(app: App, written: Written, elsewhere: Settings) -> None:
    whole = parts_of(written(search_evidence(app, "truce")))
    path = written(search_evidence(app, "truce", pages="none"))
    parts = parts_of(path)
    assert not [name for name in parts if name.startswith("pages/")]
    lines = [json.loads(line) for line in parts["hashes.jsonl"].splitlines()]
    sums = {part["name"]: part["sha256"] for part in json.loads(whole["manifest.json"])["parts"]}
    assert {f"pages/{line['hash']}": line["sha256"] for line in lines} == {
        name: sum for name, sum in sums.items() if name.startswith("pages/")
    }
    verdict = verify(path, elsewhere)
    assert (verdict.is_equal, verdict.pages) == (True, 0)
    assert "hashes instead of pages" in verdict.notes[0]


def test_the_same_question_about_the_same_state_gives_the_same_bytes(
    app: App, evidenced: Settings, truce: Path
) -> None:
    for other in (app, App(evidenced)):
        again = b"".join(trend_evidence(other, themes=["truce"], since=SINCE, until=UNTIL).pieces())
        assert again == truce.read_bytes()


def test_addresses_and_options_of_feeds_stay_at_home(truce: Path) -> None:
    assert not [name for name, content in parts_of(truce).items() if b"hush" in content]


def test_a_file_of_one_engine_is_rebuilt_like_that_of_the_other(
    elasticsearch_url: str, tmp_path: Path, truce: Path, written: Written, elsewhere: Settings
) -> None:
    other = App(filled(tmp_path / "other", f"{elasticsearch_url}/evidence"))
    path = written(trend_evidence(other, themes=["truce"], since=SINCE, until=UNTIL))
    verdict = verify(path, elsewhere)
    assert verdict.differences == ()
    one, two = parts_of(truce), parts_of(path)
    assert [name for name in one if one[name] != two[name]] == ["state.json", "manifest.json"]  # which name the engine


def _part(name: str, change: Callable[[Any], None]) -> Callable[[Parts], None]:
    def apply(parts: Parts) -> None:
        content = json.loads(parts[name])
        change(content)
        parts[name] = json.dumps(content).encode()

    return apply


def _articles(change: Callable[[list[Any]], None]) -> Callable[[Parts], None]:
    def apply(parts: Parts) -> None:
        records = [json.loads(line) for line in parts["articles.jsonl"].splitlines()]
        change(records)
        parts["articles.jsonl"] = b"".join(json.dumps(record).encode() + b"\n" for record in records)

    return apply


def _body(parts: Parts) -> None:
    name = next(name for name in parts if name.startswith("pages/"))
    parts[name] = parts[name].replace(b"truce", b"peace")


def _drop_article(parts: Parts) -> None:
    """Leave out the first article and its pages, as if it had never been."""
    first, *rest = parts["articles.jsonl"].splitlines(keepends=True)
    own = len(json.loads(first)["pages"])
    lines = parts["pages.jsonl"].splitlines(keepends=True)
    for line in lines[:own]:
        parts.pop(f"pages/{json.loads(line)['hash']}", None)
    parts["articles.jsonl"], parts["pages.jsonl"] = b"".join(rest), b"".join(lines[own:])


def _rewrite_answer(answer: Any) -> None:
    series = answer["series"][0]
    series["buckets"][3].update(articles=99, share=0.99, stories=98)
    series["buckets"][5].update(total=1)
    series["buckets"][2].update(gaps=[])
    series.update(spikes=[{"start": "2026-03-03"}], undated=7)


def _rewrite_articles(records: list[Any]) -> None:
    text = records[1]["article"]["text"]
    changes: Sequence[dict[str, Any]] = (
        {"title": "Another"},
        {"text": f"{text}\nMore."},
        {"text": records[2]["article"]["text"].splitlines()[0]},
        {"published": "2026-03-09T09:00:00Z"},
        {"authors": ["Nobody"]},
        {"language": "ru"},
        {"themes": []},
        {"id": "f" * 32},
        {"source": "beta"},
    )
    for record, change in zip(records, changes, strict=False):
        record["article"].update(change)


def _rewrite_extractor(records: list[Any]) -> None:
    records[0].update(extractor=3)
    records[0]["article"].update(title="Another")


def _rewrite_charts(parts: Parts) -> None:
    parts["chart-1.svg"] += b" "
    parts["chart-2.svg"] = b"<svg/>"


FORGERIES: dict[str, tuple[Callable[[Parts], None], Sequence[str]]] = {
    "numbers": (
        _part("answer.json", _rewrite_answer),
        (
            "buckets[3].articles: 99, but rebuilt",
            "buckets[3].share",
            "buckets[3].stories",
            "buckets[5].total: 1, but",
            "buckets[2].gaps",
            "spikes",
            "undated: 7",
        ),
    ),
    "a bucket less": (_part("answer.json", lambda it: it["series"][0]["buckets"].pop()), ["buckets"]),
    "facts": (
        _articles(_rewrite_articles),
        (
            "title differs",
            "text differs",
            "published differs",
            "authors differs",
            "language differs",
            "has not its tag",
            "none of its pages has this id",
            "source differs",
        ),
    ),
    "a page": (_body, ["is not the page of this hash"]),
    "an article less": (_drop_article, ["but rebuilt"]),
    "an extractor": (_articles(_rewrite_extractor), ["title differs", "read by version 3"]),
    "charts": (_rewrite_charts, ["chart-1.svg does not show", "chart-2.svg does not show"]),
    "no chart": (lambda it: (it.pop("chart-1.svg"), None)[1], ["chart-1.svg does not show"]),
    "deliveries": (lambda it: it.update({"deliveries.json": b"{}"}), ["gaps"]),
    "the range and the zone": (
        _part("question.json", lambda it: it.update(end="2026-03-12T00:00:00Z", timezone="Asia/Tokyo")),
        ["answer.json: start", "answer.json: series[0].buckets"],
    ),
    "a narrower query": (
        _part("configuration.json", lambda it: it["themes"][0]["query"].update(en="truce AND grain")),
        ["but rebuilt", "compiles to something else"],
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_with_right_sums_is_found(truce: Path, elsewhere: Settings, tmp_path: Path, name: str) -> None:
    change, expected = FORGERIES[name]
    path = forged(truce, change, into=tmp_path / "forged.zip")
    try:
        verdict = verify(path, elsewhere)
    except Refused as refused:
        assert [words for words in expected if words not in str(refused)] == []
    else:
        sentences = " ".join((*verdict.differences, *verdict.notes))
        assert [words for words in expected if words not in sentences] == []
        assert not verdict.is_equal


def _first_body(parts: Parts) -> str:
    return next(name for name in parts if name.startswith("pages/")).removeprefix("pages/")


BROKEN: dict[str, tuple[Callable[[Parts], None], str]] = {
    "no JSON": (lambda it: it.update({"question.json": b"{"}), "question.json"),
    "a number for a text": (_part("question.json", lambda it: it.update(timezone=7)), "question.json: timezone"),
    "no such zone": (_part("question.json", lambda it: it.update(timezone="Mars/Base")), "no time zone 'Mars/Base'"),
    "a zone in small letters": (
        _part("question.json", lambda it: it.update(timezone="europe/berlin")),
        "no time zone 'europe/berlin'",
    ),
    "a line end in a query": (
        _part("question.json", lambda it: it.update(queries={"q": "(((\nequal"})),
        "cannot be asked",
    ),
    "no such theme": (_part("question.json", lambda it: it.update(themes=["nothing"])), 'no theme "nothing"'),
    "no such query": (_part("question.json", lambda it: it.update(queries={"q": "((("})), "cannot be asked"),
    "no range": (_part("question.json", lambda it: it.update(start=None)), "needs a start"),
    "an endless range": (_part("question.json", lambda it: it.update(start="0001-01-02T00:00:00Z")), "forged.zip"),
    "a time without a zone": (
        _articles(lambda it: it[0]["article"].update(collected="2026-03-01T00:00:00")),
        "has no zone",
    ),
    "a serial of no article": (_articles(lambda it: it[0]["article"].update(serial=2**40)), "article.serial"),
    "an article twice": (_articles(lambda it: it.insert(0, it[0] | {"pages": []})), "is there twice"),
    "a page of no article": (lambda it: it.update({"articles.jsonl": b""}), "is of no article"),
    "a page less": (lambda it: it.update({"pages.jsonl": b""}), "lacks pages"),
    "a body of no page": (lambda it: it.update({f"pages/{'0' * 32}": b"x"}), "is of no article"),
    "a line that is none": (lambda it: it.update({"listed.jsonl": b"\x00\xff\n"}), "listed.jsonl, line 1"),
    "a key of the answer twice": (
        lambda it: it.update({"answer.json": it["answer.json"].replace(b"{", b'{"series": [],', 1)}),
        "answer.json is not JSON (a key is there twice)",
    ),
    "a key of the question twice": (
        lambda it: it.update({"question.json": it["question.json"].replace(b"{", b'{"themes": ["arms"],', 1)}),
        "question.json: a key is there twice",
    ),
    "a number that is none": (lambda it: it.update({"answer.json": b'{"end": NaN}'}), "NaN is not JSON"),
    "an answer in UTF-16": (
        lambda it: it.update({"answer.json": it["answer.json"].decode().encode("utf-16")}),
        "answer.json is not JSON",
    ),
    "a question in UTF-16": (
        lambda it: it.update({"question.json": it["question.json"].decode().encode("utf-16")}),
        "question.json: ",
    ),
    "half a character": (_articles(lambda it: it[0]["article"].update(title="\ud800")), "articles.jsonl, line 1"),
    "a deep answer": (lambda it: it.update({"answer.json": b"[" * 100_000}), "nested too deeply"),
    "a deep question": (lambda it: it.update({"question.json": b'{"a":' * 50_000}), "nested too deeply"),
    "a lost body that is there": (
        lambda it: it.update({"lost.json": json.dumps({_first_body(it): "lost"}).encode()}),
        "of no page that is left out",
    ),
    "a lost body of no page": (lambda it: it.update({"lost.json": b'{"x": "lost"}'}), "of no page that is left out"),
    "the hash of no page": (
        lambda it: it.update({"hashes.jsonl": b'{"hash": "x", "sha256": "y", "size": 1}\n'}),
        "of no page that is left out",
    ),
    "an id that is too long": (_articles(lambda it: it[0]["article"].update(id="x" * 600)), "forged.zip"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_no_installation_writes_is_refused_by_name(
    truce: Path, elsewhere: Settings, tmp_path: Path, name: str
) -> None:
    change, words = BROKEN[name]
    with pytest.raises(Refused) as refused:
        verify(forged(truce, change, into=tmp_path / "forged.zip"), elsewhere)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_no_line_of_a_verdict_is_forged_by_what_is_in_the_file(
    truce: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    forgery = "truce\nequal\r\nSigned by the key given, SHA256:abc.\x1b[2J"
    shown = Console(file=io.StringIO(), width=200)
    verdict = verify(truce, elsewhere)
    show_verdict(
        shown, verdict.model_copy(update={"question": forgery, "differences": (forgery,), "notes": (forgery,)})
    )
    assert isinstance(shown.file, io.StringIO)
    first, *lines = shown.file.getvalue().splitlines()
    assert first == "equal"
    assert len([line for line in lines if "Signed by the key given" in line]) == 3
    assert not [line for line in lines if line.startswith(("equal", "Signed by the key")) or "\x1b" in line]


def test_a_verdict_says_what_was_asked(truce: Path, elsewhere: Settings) -> None:
    verdict: VerdictDocument = verify(truce, elsewhere)
    assert verdict.question == "trend truce, by day, 2026-03-02 00:00 UTC to 2026-03-16 00:00 UTC"


@pytest.mark.parametrize(
    ("since", "until", "asked"),
    [
        ("2026-03-02", None, "from 2026-03-02 00:00 UTC on"),
        (None, "2026-03-15", "until 2026-03-16 00:00 UTC"),
        (None, None, "search truce"),
    ],
)
def test_an_open_range_is_said_in_words(app: App, since: str | None, until: str | None, asked: str) -> None:
    question = search_evidence(app, "truce", since=since, until=until).question
    assert in_words(question).endswith(asked)


def test_a_forged_explanation_is_named(truce: Path, elsewhere: Settings, tmp_path: Path) -> None:
    path = forged(truce, lambda it: it.update({"README.txt": b"Certified by the court."}), into=tmp_path / "forged.zip")
    verdict = verify(path, elsewhere)
    assert any(note.startswith("README.txt says something else") for note in verdict.notes)
    assert not any("README" in note for note in verify(truce, elsewhere).notes)
