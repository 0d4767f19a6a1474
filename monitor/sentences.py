"""Numbers in sentences. "Rose" and "fell" are said only where chance explains a change less than once in a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.health import DELIVERING, UNPOLLED
from crawler.outcomes import Outcome
from crawler.page import Precision
from indexer.trends.gaps import Absence
from indexer.trends.keyness import SURE
from monitor.documents.contrasts import ContrastDocument, GroupDocument
from monitor.documents.emerging import EmergingDocument, EmergingPhraseDocument
from monitor.documents.escapes import one_line
from monitor.documents.leads import LeadDocument
from monitor.documents.moves import MoveDocument, MovesDocument
from monitor.documents.operations import StatusDocument
from monitor.documents.trends import PanelDocument, SpikeDocument

_FEW = 10  # articles below which a period is not compared
_HARDLY_ANY = 0.5  # expected stories below which a number would say nothing in a sentence
_LEAST = 0.05  # expected stories below which one decimal is zero
_EXACT = 10  # expected stories below which one has a decimal
_NAMED = 3  # of several, before the others are only counted
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_IN_HOURS = 3  # days up to which a period that is not one of whole days has hours
_MANY = 1_000  # articles from which on a percentage has a decimal

_ABSENCES: Mapping[Absence, str] = {
    "silent": "silent at times",
    "new": "new",
    "ended": "ended",
    "unknown": "nothing known of its deliveries",
}


def percent(share: float | None, among: int) -> str:
    """Return a share as people read it, with no more digits than the articles bear."""
    if share is None:
        return "–"
    words = f"{share:.1%}" if among >= _MANY else f"{share:.0%}"
    return "<1%" if 0 < share < 0.005 or (share and words == "0%") else words


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 article`, `2 articles`, `1,204 articles`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def expectation(expected: float) -> str:
    """Return how many are usual as a number among others: `<0.1`, `1.9`, `24`."""
    if 0 < expected < _LEAST:
        return "<0.1"
    return f"{expected:.1f}" if expected < _EXACT else f"{expected:,.0f}"


def usual(expected: float) -> str:
    """Return how many would be usual: `usually hardly any`, `about one would be usual`, `about 2 would be usual`."""
    if expected < _HARDLY_ANY:
        return "usually hardly any"
    about = round(expected)
    return f"about {'one' if about == 1 else f'{about:,}'} would be usual"


def span(first: date, last: date) -> str:
    """Return `20 November`, `20 to 23 November`, `30 October to 2 November`."""
    if first == last:
        return f"{first.day} {first:%B}"
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    return f"{begin} to {last.day} {last:%B}"


def lasting(length: timedelta) -> str:
    """Return how long a period is: `40 minutes`, `14 hours`, `24 hours`, `7 days`."""
    if length < _HOUR:
        return counted(max(1, round(length / timedelta(minutes=1))), "minute")
    days = max(1, round(length / _DAY))
    if days <= _IN_HOURS and abs(length - days * _DAY) > _HOUR:  # clocks may change within a day
        return counted(round(length / _HOUR), "hour")
    return "24 hours" if days == 1 else f"{days} days"


def period(length: timedelta) -> str:
    """Return `the last 24 hours`, `the last 7 days`."""
    return f"the last {lasting(length)}"


def before(length: timedelta) -> str:
    """Return what the period before is called: `the 14 hours before`, `the day before`, `the week before`."""
    words = lasting(length)
    return {"24 hours": "the day before", "7 days": "the week before"}.get(words, f"the {words} before")


def finding(move: MoveDocument, moved: MovesDocument, *, also: Sequence[MoveDocument] = ()) -> str:
    """Return what happened to a theme, with its two numbers.

    Args:
        also: other themes that the same stories moved in the same way.
    """
    name = ", ".join(one.title for one in (move, *also))
    now, then = percent(move.share, moved.articles), percent(move.share_before, moved.articles_before)
    when = before(moved.end - moved.start)
    if move.direction and not move.articles:
        return f"{name}: nothing now, after {then} of {_counted(moved)} {when}"
    if move.direction:
        return (
            f"{name} {'rose' if move.direction == 'up' else 'fell'} to {now} of {_counted(moved)}, from {then} {when}"
        )
    if move.spikes:
        return f"{name}: {counted(move.spikes[-1].stories, 'story', 'stories')} {_on(move.spikes[-1])}"
    return f"{name}: no clear change, {now} of {_counted(moved)}, after {then}"


def _counted(moved: MovesDocument) -> str:
    return "the articles counted" if moved.scope or moved.steady else "all articles"


def spiked(spike: SpikeDocument) -> str:
    """Return a sentence about a spike."""
    were = "there was" if spike.stories == 1 else "there were"
    on = _on(spike)
    return f"{on[0].upper()}{on[1:]} {were} {counted(spike.stories, 'story', 'stories')} about it; {usual(spike.expected)}."


def whole(move: MoveDocument, moved: MovesDocument) -> str:
    """Return what a period with a spike comes to as a whole; empty where its change is sure and said already."""
    if move.direction:
        return ""
    now, then = percent(move.share, moved.articles), percent(move.share_before, moved.articles_before)
    return f"Over the whole period no clear change: {now}, after {then}."


def unusual(move: MoveDocument) -> str:
    """Return in a few words what is unusual about a theme; empty if nothing is."""
    spikes = [
        f"spike {span(spike.start, spike.end)}, {counted(spike.stories, 'story', 'stories')}" for spike in move.spikes
    ]
    words = "; ".join(filter(None, (move.direction, *spikes[-1:])))
    return words[:1].upper() + words[1:]


def collected(moved: MovesDocument) -> str:
    """Return how much was collected in both periods."""
    length = lasting(moved.end - moved.start)
    earlier = "day" if length == "24 hours" else length
    return (
        f"{counted(moved.articles, 'article')} from {counted(moved.sources, 'source')}; "
        f"{moved.articles_before:,} in the {earlier} before."
    )


def nothing_moved(moved: MovesDocument) -> str:
    """Return that nothing moved, or that there is too little to say so."""
    when = lasting(moved.end - moved.start)
    if not moved.articles:
        return f"No article {'counted ' if moved.scope or moved.steady else ''}in {when}."
    if moved.articles < _FEW:
        return f"{counted(moved.articles, 'article')} in {when}, too few to compare."
    return "Nothing moved more than chance explains."


def silence(moved: MovesDocument, names: Mapping[str, str]) -> str:
    """Return a warning about sources that fell silent in one of the two periods, and on which days; empty where none did.

    Args:
        names: of all sources, by their ids.
    """
    if not moved.silent:
        return ""
    silent = [names.get(id, id) for id in moved.silent]
    return (
        f"Compare with care: {_silent_days(moved)}, nothing came from {len(silent)} of {len(names)} sources "
        f"({_listed(silent)})."
    )


def _silent_days(moved: MovesDocument) -> str:
    """Return `on 12 and 13 November, in the week before`: `at times` where not all of the sources were silent on each day."""
    length = moved.end - moved.start
    points = [point for point in moved.moves[0].line if point.silent and point.start + _DAY > moved.start - length]
    if not 0 < len(points) <= _NAMED:
        return "at times in these two periods"
    days = _days([point.start.date() for point in points])
    is_exact = all(point.silent == len(moved.silent) for point in points)
    where = f", in {before(length)}" if all(point.start + _DAY <= moved.start for point in points) else ""
    return f"{'' if is_exact else 'at times '}on {days}{where}"


def _days(days: Sequence[date]) -> str:
    """Return `12 November`, `12 and 13 November`, `31 October, 1 and 2 November`."""
    words = [
        f"{day.day}" if later and (later.year, later.month) == (day.year, day.month) else f"{day.day} {day:%B}"
        for day, later in zip(days, [*days[1:], None], strict=True)
    ]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def counted_only(
    scope: str | None, panel: PanelDocument | None, names: Mapping[str, str], *, during: str = "both periods"
) -> list[str]:
    """Return that not everything collected was counted, in sentences; none where it was.

    Args:
        scope: the query that was counted within; None for every article.
        panel: the sources that were counted; None for all.
        names: of sources, by their ids.
        during: the time throughout which they delivered.
    """
    sentences = [f"Only articles that match `{one_line(scope)}` are counted."] if scope else []
    if panel and not panel.sources:
        sentences.append(f"No source delivered throughout {during}, so nothing is counted.")
    elif panel:
        number = len(panel.sources)
        these, are = ("one source", "is") if number == 1 else (f"{number:,} sources", "are")
        sentences.append(f"Only the {these} that delivered throughout {during} {are} counted.")
    if panel and panel.left_out:
        sentences.append(f"Left out: {_listed(left_out(panel, names))}.")
    return sentences


def left_out(panel: PanelDocument, names: Mapping[str, str]) -> list[str]:
    """Return each source that is not counted, with the reason."""
    return [f"{names.get(id, id)} ({_ABSENCES[reason]})" for id, reason in panel.left_out.items()]


def delivering(state: StatusDocument, zone: ZoneInfo) -> str:
    """Return how many feeds deliver, when one was last polled, and what waits for the indexer."""
    polled = sum(number for health, number in state.feeds.items() if health not in UNPOLLED)
    well = sum(number for health, number in state.feeds.items() if health in DELIVERING)
    if well and well + len(state.unwell) == polled:
        which = "The other" if state.unwell else "All" if well > 1 else "The only"
        feeds = f"{which} {well:,} feeds deliver" if well > 1 else f"{which} feed delivers"
    else:
        feeds = f"{well:,} of {counted(polled, 'feed delivers', 'feeds deliver')}"
    last = f", last {_moment(state.last_poll.astimezone(zone), state.at.astimezone(zone))}" if state.last_poll else ""
    pending = state.pages.get(Outcome.PENDING, 0)
    waits = counted(pending, "page waits", "pages wait") if pending else "nothing waits"
    return f"{feeds}{last}; {waits} to be indexed."


def _moment(moment: datetime, now: datetime) -> str:
    day = "" if moment.date() == now.date() else f"on {day_of(moment)} "
    return f"{day}at {moment:%H:%M}"


def _on(spike: SpikeDocument) -> str:
    days = span(spike.start, spike.end)
    return f"on {days}" if spike.start == spike.end else f"from {days}"


def group_name(group: GroupDocument, language: str) -> str:
    """Return what a group of articles is called: `state outlets`, `articles in Russian`.

    Args:
        language: the name of its language, where that is what the group has in common.
    """
    return f"articles in {language}" if group.kind == "language" else f"{group.value} outlets"


def between(contrast: ContrastDocument, first: str, second: str) -> str:
    """Return the heading over two groups: `State and independent outlets`, `Articles in Russian and in Ukrainian`."""
    if contrast.first.kind == "class":
        return f"{contrast.first.value.capitalize()} and {second}"
    return f"{first[:1].upper()}{first[1:]} and {second.removeprefix('articles ')}"


def contrasts(contrast: ContrastDocument, first: str, second: str) -> list[str]:
    """Return the differences that chance explains less than once in a hundred, the surest first, or that there is none.

    Args:
        first, second: what the two groups are called.
    """
    for group, name in ((contrast.first, first), (contrast.second, second)):
        if not group.articles:
            return [f"Nothing from {name} in this period." if group.kind == "class" else f"No {name} in this period."]
    sure = sorted((one for one in contrast.themes if abs(one.g2) >= SURE), key=lambda one: -abs(one.g2))
    if not sure:
        return ["No difference is larger than chance explains."]
    return [
        f"{one.title}: {percent(one.share_first, contrast.first.articles)} of {_what(contrast.first, first)}, "
        f"{percent(one.share_second, contrast.second.articles)} of {_what(contrast.second, second)}."
        for one in sure
    ]


def grain(contrast: ContrastDocument, first: str, second: str) -> str:
    """Return how fine the differences are that the smaller group can show; empty where it has no article."""
    smaller, name = min((contrast.first, first), (contrast.second, second), key=lambda one: one[0].articles)
    if not smaller.articles:
        return ""
    step = percent(1 / smaller.articles, 0)
    if smaller.kind == "language":
        return f"With {smaller.articles:,} {name}, one more or less is {step}."
    return f"With {counted(smaller.articles, 'article')} from {name}, one article more or less is {step}."


def _what(group: GroupDocument, name: str) -> str:
    return name if group.kind == "language" else f"what {name} published"


def lead(pair: LeadDocument, interval: str) -> str:
    """Return who leads whom, by how much and how surely."""
    interval_of = f"{pair.lag_low} to {counted(pair.lag_high, interval)}"
    return f"{pair.first} leads {pair.second} by {counted(pair.lag, interval)} (90% interval: {interval_of})."


def together(pair: LeadDocument, interval: str) -> str:
    """Return that two move together and neither surely leads."""
    return f"{pair.first} and {pair.second} move together; neither leads by a whole {interval} for sure."


def emerged(news: EmergingDocument) -> str:
    """Return how much is new, in a sentence."""
    if news.past_start is None:
        return "too little was collected before to say what is new."
    if not news.phrases:
        return f"nothing rose more than chance explains, in {counted(news.stories, 'story', 'stories')}."
    number = counted(len(news.phrases), "phrase")
    return f"{number} rose, in {counted(news.stories, 'story', 'stories')}."


def risen(phrase: EmergingPhraseDocument) -> str:
    """Return by how much a phrase rose: `8 stories from 6 sources; usually hardly any.`"""
    stories, sources = counted(phrase.stories, "story", "stories"), counted(phrase.sources, "source")
    return f"{stories} from {sources}; {usual(phrase.expected)}."


def sentence(text: str) -> str:
    """Return a text with a capital at its beginning and a full stop, or another one, at its end."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def local_time(moment: datetime, precision: Precision | None, zone: ZoneInfo) -> datetime:
    """Return when something was published as readers see it: in their zone; a day without a time stays the day it is."""
    return moment.astimezone(UTC if precision == "day" else zone)


def day_of(moment: datetime) -> str:
    """Return `20 November`."""
    return span(moment.date(), moment.date())
