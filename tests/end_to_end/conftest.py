"""An undisturbed run over the sample site, to compare the disturbed ones with."""

from __future__ import annotations

import pytest

from monitor.demo.expected import expected
from tests.support.demo_run import THEMES, RunResult, demo_parley, demo_site, outcome


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return the result of an undisturbed run, which is what the sample site promises, with the themes of disturbed ones."""
    with demo_site() as (site, proxy):
        site.revise()
        parley = demo_parley(tmp_path_factory.mktemp("undisturbed"), site, proxy, themes=None)
        parley.finish()
        ended = outcome(parley)
        promised = expected(site.content)
    articles = {article.url: article for article in ended.articles.values()}
    assert articles.keys() == promised.indexed
    assert ended.copies == set(promised.copies)
    assert {url for url, article in articles.items() if article.published is None} == promised.without_date
    for theme, urls in promised.themes.items():
        assert {url for url in urls if theme not in articles[url].themes} == set()
    return ended.with_themes(THEMES)
