"""What a rule does, what it is limited to and what it holds back, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from babel import Locale

from config.alerts import Readiness, Rule
from indexer.alerts.state import State
from monitor.sentences import counted

FALSE_ALARMS: Mapping[Readiness, str] = {
    "seldom": "about 1 false alarm a year",
    "balanced": "1 to 3 false alarms a year",
    "early": "3 to 8 false alarms a year",
}
"""What each sensitivity costs in counts without spikes; `python -m bench.spikes` measures it."""

_ENGLISH = Locale("en")
_MOST = 4  # sources that are named


def summary(rule: Rule, themes: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """Return what a rule does and, in a second sentence, what it is limited to.

    Args:
        themes: id → title.
        sources: id → name.
    """
    limits = list(_limits(rule, sources))
    what = "feeds" if rule.on == "source" else "articles"
    return _does(rule, themes) + (f" Limited to {what} {_joined(limits, 'and')}." if limits else "")


def _does(rule: Rule, themes: Mapping[str, str]) -> str:
    subject = _subject(rule, themes)
    about = f" about {subject}" if rule.theme else f" that match {subject}" if rule.query else ""
    match rule.on:
        case "spike":
            of = f"of {subject}" if subject else "in all that is collected"
            return f"Tells of a spike {of}, {rule.sensitivity}: {FALSE_ALARMS[rule.sensitivity]}."
        case "more":
            bucket = "a day" if rule.per == "day" else "an hour"
            return f"Tells when {bucket} has more than {counted(rule.more_than, 'story', 'stories')}{about}."
        case "story":
            return f"Tells of every new story{about.replace(' that match ', ' that matches ')}."
        case "silence":
            return f"Tells when no articles{about} were collected for {length(rule.silence)}."
        case "share":
            days = "a day" if rule.days == 1 else f"{rule.days} days"
            return f"Tells when the share of {subject} over {days} crosses {rule.share:.3g}."
        case "source":
            return "Tells when a feed needs a look."


def _subject(rule: Rule, themes: Mapping[str, str]) -> str:
    if rule.theme:
        return f"the theme {themes.get(rule.theme, rule.theme)}"
    return f"the query {rule.query}" if rule.query else ""


def _limits(rule: Rule, sources: Mapping[str, str]) -> Iterator[str]:
    """Yield what articles, or feeds, have to be like for a rule; they have to be all of it."""
    scope, of = rule.scope, "of" if rule.on == "source" else "from"
    if scope.sources:
        names = [sources.get(id, id) for id in scope.sources[:_MOST]]
        others = len(scope.sources) - len(names)
        yield f"{of} {_joined([*names, *([counted(others, 'other source')] if others else [])], 'or')}"
    if scope.classes:
        yield f"{of} {_joined(scope.classes, 'or')} sources"
    if scope.countries:
        yield f"{of} sources in {_joined((_ENGLISH.territories.get(code, code) for code in scope.countries), 'or')}"
    if scope.languages:
        languages = _joined((_ENGLISH.languages.get(code, code) for code in scope.languages), "or")
        yield f"of sources that write in {languages}" if rule.on == "source" else f"in {languages}"


def _joined(names: Iterable[str], word: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last


def length(span: timedelta) -> str:
    """Return `12 hours`, `2 days`."""
    hours = round(span / timedelta(hours=1))
    return counted(hours // 24, "day") if hours % 24 == 0 else counted(hours, "hour")


def held_back(rule: Rule, state: State) -> Sequence[str]:
    """Return what a rule has noticed and not sent since its last message, and why."""
    sentences = []
    if state.waiting:
        wait = f"{counted(len(state.waiting), 'event waits', 'events wait')}"
        if state.is_digest:
            budget = counted(rule.weekly_budget, "message")
            sentences.append(f"{wait} for the daily digest: the rule is over its budget of {budget} a week.")
        elif rule.quiet:
            hours = f"{rule.quiet.start:%H:%M} to {rule.quiet.end:%H:%M}"
            sentences.append(f"{wait} for the end of the quiet hours, {hours}.")
        else:
            sentences.append(f"{wait} for the next message.")
    if state.left_out:
        of = counted(state.left_out, "event")
        why = reasons(state.left_out, state.capped, state.snoozed)
        sentences.append(f"Not sent since the last message: {of}, {why}.")
    return sentences


def reasons(left_out: int, capped: int, snoozed: int) -> str:
    """Return why events are in no message: `beyond the daily cap`, `2 beyond the daily cap, 1 while the rule was snoozed`."""
    numbers = {
        "beyond the daily cap": capped,
        "while the rule was snoozed or paused": snoozed,
        "for want of room": left_out - capped - snoozed,
    }
    given = {why: number for why, number in numbers.items() if number > 0}
    return next(iter(given)) if len(given) == 1 else ", ".join(f"{number:,} {why}" for why, number in given.items())
