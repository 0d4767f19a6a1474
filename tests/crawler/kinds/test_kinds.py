from __future__ import annotations

from crawler.kinds import FetchedKind, KindWithFiles, feed, listing, names, sitemap, spider, telegram

# mypy checks that each module has what its protocol names.
FETCHED: dict[str, FetchedKind] = {"feed": feed, "listing": listing, "sitemap": sitemap, "telegram": telegram}
WITH_FILES: dict[str, KindWithFiles] = {"spider": spider}


def test_the_type_of_every_kind_module_is_checked() -> None:
    assert sorted(FETCHED | WITH_FILES) == names()


def test_only_kinds_whose_options_name_files_check_files() -> None:
    assert all(isinstance(module, KindWithFiles) for module in WITH_FILES.values())
    assert not any(isinstance(module, KindWithFiles) for module in FETCHED.values())
