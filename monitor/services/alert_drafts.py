"""Drafts of alert rules: what is wrong with one, what it would have sent, and saving it if nobody else saved meanwhile."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

from config.alert_file import content_of as written
from config.alert_file import rule_toml
from config.alerts import Rule, RuleFile, Scope
from config.errors import ConfigError, Conflict, EngineError, Problem, WrongArgument
from config.files import bytes_of
from config.own_files import delete_own, own_path, write_own
from config.shape import check_page_name
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.documents.alerts import AlertTestDocument
from monitor.services.alert_tests import checked_rule, title_of, try_rule
from monitor.services.alerts import rule_named

LONGEST_ID = 60  # characters
_TITLES: Mapping[str, str] = {
    "spike": "A spike in {}",
    "more": "A busy day for {}",
    "story": "New stories about {}",
    "silence": "Silence about {}",
    "share": "The share of {}",
    "source": "Feeds",
}
_LABEL = "the rule"
_IN_SCOPE = frozenset(one.name for one in fields(Scope))
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft that was tried.

    Attributes:
        problems: key of a rule's file → what is wrong with it; those of no single key have an empty one.
        trial: what it would have sent; None where that is not known.
        untried: why not, although the rule can be saved; else empty.
    """

    problems: Mapping[str, tuple[str, ...]]
    trial: AlertTestDocument | None = None
    untried: str = ""

    @property
    def can_be_saved(self) -> bool:
        """Whether nothing is wrong with it, and what it would have sent was shown as far as that is possible."""
        return not self.problems


def content_of(app: App, id: str) -> Content:
    """Return the keys of a rule as a file has them, in the form that is in use.

    Raises:
        NotFound: there is no such rule.
    """
    return written(rule_named(LiveRules(app).current, id))


def stamp_of(app: App, id: str) -> str:
    """Return a short text that differs whenever the file of a rule does; empty where there is none.

    Raises:
        ConfigError: there is no folder for files of one's own.
    """
    return _stamp(own_path("alerts", app.settings.config, id))


def suggest_title(app: App, content: Content) -> str:
    """Return a title for a draft, with which its messages begin."""
    theme = next((one.title for one in app.themes if one.id == content.get("theme")), None)
    subject = title_of({"query": theme or content.get("query")}) if theme or content.get("query") else "everything"
    return _TITLES.get(content.get("on", ""), "{}").format(subject)


def suggest_id(app: App, content: Content) -> str:
    """Return an id that no rule has: of what the draft watches and what it tells of, else of its title."""
    subject = str(content.get("theme") or content.get("query") or "")[:40]
    words = f"{subject} {content.get('on', '')}" if subject else str(content.get("title", ""))
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    wanted = _NOT_IN_IDS.sub("-", plain.lower()).strip("-")[: LONGEST_ID - 5].strip("-") or "rule"
    taken = _taken(app)
    return next(name for name in _names(wanted) if name not in taken)


def examine(app: App, id: str, content: Content, *, is_new: bool) -> Examined:
    """Return what is wrong with a draft and, when nothing is, what it would have sent. Never raises for a mistake in it."""
    rule, problems = _checked(app, id, content, is_new=is_new)
    if rule is None:
        return Examined(problems)
    try:
        return Examined({}, try_rule(app, rule))
    except EngineError as wrong:
        return Examined({"": (f"it cannot be tried now: {wrong}",)})
    except WrongArgument as wrong:
        return Examined({}, untried=str(wrong))


def is_right(app: App, id: str, content: Content, *, is_new: bool) -> bool:
    """Return whether nothing is wrong with a draft."""
    return _checked(app, id, content, is_new=is_new)[0] is not None


def _checked(app: App, id: str, content: Content, *, is_new: bool) -> tuple[Rule | None, Mapping[str, tuple[str, ...]]]:
    """Return the rule of a draft, or None and every mistake in it by its key."""
    problems: dict[str, tuple[str, ...]] = {}
    try:
        _check_id(id, _taken(app) if is_new else ())
    except (WrongArgument, Conflict) as wrong:
        problems["id"] = (str(wrong),)
    try:
        rule = checked_rule(app, id, content, label=_LABEL)
    except ConfigError as wrong:
        for problem in wrong.problems:
            key = _field_of(problem)
            problems[key] = (*problems.get(key, ()), problem.message.removeprefix(f"{key}: "))
        return None, problems
    return (None if problems else rule), problems


def save(app: App, id: str, content: Content, *, stamp: str) -> Path:
    """Check a rule as files are checked, write its file, and return its path. Running processes take it up by themselves.

    Args:
        stamp: that of the file the draft was made from, see `stamp_of`.

    Raises:
        WrongArgument: the id is none that a file can have.
        Conflict: the file is another one by now, or a new rule's id is taken; nothing is written.
        ConfigError: every mistake in it; or there is no overlay folder, or it cannot be written.
    """
    _check_id(id, () if stamp else _taken(app))
    checked_rule(app, id, content, label=_LABEL)
    path = own_path("alerts", app.settings.config, id)
    # The transaction lets one save at a time, so that of two the second sees the file of the first.
    with app.archive.database.write():
        if _stamp(path) != stamp:
            raise Conflict(f'"{id}" was changed by somebody else, or in its file, since you began', field="stamp")
        return write_own("alerts", app.settings.config, id, rule_toml(content, existing=_text(path)))


def remove(app: App, id: str, *, stamp: str) -> Path:
    """Delete the file of a rule and return where it lay. Its messages are kept, and those that wait are still sent.

    Args:
        stamp: that of the file when the removal was asked for, see `stamp_of`.

    Raises:
        NotFound: there is no such rule.
        Conflict: the file is another one by now; nothing is deleted.
        ConfigError: the file cannot be deleted.
    """
    rule_named(LiveRules(app).current, id)
    with app.archive.database.write():  # see `save`
        if stamp_of(app, id) != stamp:
            raise Conflict(f'"{id}" was changed by somebody else since you began; look at it again', field="stamp")
        return delete_own("alerts", app.settings.config, id)


def _check_id(id: str, taken: Collection[str]) -> None:
    try:
        check_page_name(id)
    except ValueError as wrong:
        raise WrongArgument(str(wrong), field="id") from None
    if len(id) > LONGEST_ID:
        raise WrongArgument(f"an id has at most {LONGEST_ID} characters", field="id")
    if id in taken:
        raise Conflict(f'there is a rule "{id}" already; choose another id, or change that one', field="id")


def _taken(app: App) -> frozenset[str]:
    """Return the ids of all rules, and of files that are none at the moment."""
    folder = app.settings.config
    files = (folder / "alerts").glob("*.toml") if folder else ()
    return frozenset([*(rule.id for rule in LiveRules(app).current.rules), *(path.stem for path in files)])


def _names(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1


def _text(path: Path) -> str:
    try:
        return bytes_of(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _stamp(path: Path) -> str:
    try:
        return blake2b(bytes_of(path), digest_size=12).hexdigest()
    except OSError:
        return ""


def _field_of(problem: Problem) -> str:
    """Return the field of a form that a mistake is about: the last part of its key; empty where a file has no such key."""
    table, _, key = problem.key.rpartition(".")
    return key if key in (_IN_SCOPE if table == "scope" else RuleFile.model_fields) else ""
