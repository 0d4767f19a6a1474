"""Trends, comparisons and explanations as services: rules, documents, threads, and files that change."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from config.errors import NotFound, WrongArgument
from monitor import app as installation
from monitor.app import App
from monitor.documents.base import Document
from monitor.documents.comparisons import ComparisonDocument
from monitor.documents.explanations import ExplanationDocument
from monitor.documents.trends import TrendDocument
from monitor.services.compare import compare
from monitor.services.trends import COLUMNS, rows, trend
from monitor.services.why import why
from tests.support.builders import article
from tests.support.installation import TRUCE, Installation

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)
TRUCES = frozenset({"truce"})
ON = f"{NOON - 3 * DAY:%Y-%m-%d}"


def keep_weeks(small: Installation) -> None:
    """Keep two stories of the theme a day for eighty days, and twelve on one, with a day without one amid the twelve."""
    serials = count(1)
    for ago in range(80, 2, -1):
        stories = {5: 12, 4: 0, 3: 12}.get(ago, 2)
        tags = [TRUCES] * stories + [frozenset[str]()]
        small.keep(*(article(serial=next(serials), published=NOON - ago * DAY, themes=themes) for themes in tags))


def test_a_bucket_without_articles_is_not_a_spike(small: Installation, app: App) -> None:
    keep_weeks(small)
    [series] = trend(app, themes=["truce"], since="7d").series
    assert [(spike.start, spike.end) for spike in series.spikes] == [((NOON - 5 * DAY).date(), (NOON - 3 * DAY).date())]
    marked = {bucket.start.date() for bucket in series.buckets if bucket.spike}
    assert marked == {(NOON - 5 * DAY).date(), (NOON - 3 * DAY).date()}
    spikes = [row[COLUMNS.index("spike")] for row in rows(trend(app, themes=["truce"], since="7d"))]
    assert spikes.count(True) == 2


def test_the_latest_spike_is_explained_from_its_first_day_to_its_last(small: Installation, app: App) -> None:
    keep_weeks(small)
    explanation = why(app, themes=["truce"])
    assert explanation.start.date() == (NOON - 5 * DAY).date()
    assert explanation.end - explanation.start == 3 * DAY
    assert explanation.stories == 24
    assert explanation.expected == pytest.approx(6, abs=0.2)


def test_a_day_with_nothing_before_it_claims_nothing_usual(small: Installation, app: App) -> None:
    small.keep(*(article(serial=serial, published=NOON - 3 * DAY, themes=TRUCES) for serial in range(1, 5)))
    explanation = why(app, themes=["truce"], on=ON)
    assert (explanation.stories, explanation.expected, explanation.sources) == (4, None, ())
    assert (explanation.compared_with.basis, explanation.compared_with.stories) == ("rest_of_span", 0)
    shown = small.run("why", "truce", "--on", ON)[1]
    assert "4 stories\nnothing to compare with: " in shown
    assert "expected" not in shown


def test_moments_are_in_the_zone_that_the_document_states(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_TIMEZONE", "Europe/Berlin")
    app = App.load()
    small.keep(article(published=NOON - 3 * DAY, themes=TRUCES))
    documents: list[TrendDocument | ComparisonDocument | ExplanationDocument] = [
        trend(app, themes=["truce"], since=ON),
        compare(app, themes=["truce"], since=ON),
        why(app, themes=["truce"], on=ON),
    ]
    for document in documents:
        assert document.timezone == "Europe/Berlin"
        assert document.start.hour == 0
        assert str(document.start.tzinfo) == "Europe/Berlin"
    for words in (("trends", "truce"), ("compare", "truce"), ("why", "truce", "--on", ON)):
        assert "Europe/Berlin" in small.run(*words)[1]


def test_a_theme_file_that_changes_is_seen_by_the_next_call(
    small: Installation, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "LOOK_EVERY", 0.0)
    small.keep(article())
    assert [series.theme for series in trend(app).series] == ["truce"]
    small.write_theme("parades", TRUCE.split("[matches]")[0])
    assert [series.theme for series in trend(app).series] == ["parades", "truce"]
    assert [voice.theme for voice in compare(app).themes] == ["parades", "truce"]
    small.write_theme("parades", "removed = true\n")
    assert [series.theme for series in trend(app).series] == ["truce"]
    with pytest.raises(NotFound):
        why(app, themes=["parades"], on=ON)


def test_many_threads_get_the_same_results_as_one(small: Installation, app: App) -> None:
    keep_weeks(small)

    def ask(number: int) -> Document:
        calls = (
            lambda: trend(app, themes=["truce"], queries={"war": "war"}, since=ON, until=ON),
            lambda: compare(app, themes=["truce"], queries={"war": "war"}, since=ON, until=ON),
            lambda: why(app, themes=["truce"], on=ON),
        )
        return calls[number % 3]()

    alone = [ask(number).to_json() for number in range(3)]
    fresh = App(app.settings)
    app = fresh
    with ThreadPoolExecutor(8) as threads:
        together = [document.to_json() for document in threads.map(ask, range(24))]
    assert together == alone * 8


def test_documents_are_read_back_from_their_json(small: Installation, app: App) -> None:
    keep_weeks(small)
    for document in (
        trend(app, split="class", corrected=True),
        compare(app, queries={"war": "war"}),
        why(app, themes=["truce"]),
    ):
        assert type(document).model_validate_json(document.to_json()) == document
        assert json.loads(document.to_json())["timezone"] == "UTC"


def test_a_lift_of_too_few_articles_is_left_out(small: Installation, app: App) -> None:
    for number in range(1, 13):
        present = {"themes": TRUCES} if number <= 6 else {}
        small.keep(article(serial=number, published=NOON - 3 * DAY, text="peace" if number % 3 else "war", **present))
    [pair] = compare(app, themes=["truce"], queries={"war": "war"}, since=ON).pairs
    assert (pair.articles, pair.lift, pair.overlap) == (2, None, 0.25)
    assert "too few to compute" in small.run("compare", "truce", "--query", "war", "--since", ON)[1]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"largest": 0}, "largest"),
        ({"since": "soon"}, "since"),
        ({"until": "soon"}, "until"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({"interval": "hour", "since": "90y"}, "interval"),
    ],
)
def test_the_error_gives_the_name_of_a_wrong_argument(app: App, arguments: dict[str, str], field: str) -> None:
    with pytest.raises(WrongArgument) as error:
        trend(app, themes=["truce"], **arguments)  # type: ignore[arg-type]
    assert error.value.field == field


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"on": "soon"}, "on"),
        ({"on": "2090-01-01"}, "on"),
        ({"since": "2090-01-01", "until": "2090-01-02"}, "since"),
        ({"on": "today", "since": "7d"}, "on"),
        ({"themes": ["truce"], "queries": {"war": "war"}}, "themes"),
    ],
)
def test_an_explanation_names_the_wrong_argument(app: App, arguments: dict[str, str], field: str) -> None:
    with pytest.raises(WrongArgument) as error:
        why(app, **({"themes": ["truce"]} | arguments))  # type: ignore[arg-type]
    assert error.value.field == field


def test_a_theme_without_a_spike_asks_for_a_day(small: Installation, app: App) -> None:
    small.keep(article())
    with pytest.raises(NotFound, match="has no spike in the last 90 days") as error:
        why(app, themes=["truce"])
    assert error.value.field == "on"
