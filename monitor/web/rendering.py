"""Pages from templates: what every page shows, and how times, numbers and names are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from crawler.page import Precision
from monitor.app import App
from monitor.documents.beginning import BeginningDocument
from monitor.documents.escapes import web_address
from monitor.documents.moves import PointDocument
from monitor.documents.trends import SpikeDocument
from monitor.sentences import counted, local_time
from monitor.sentences import sentence as in_words
from monitor.web.forms import Forms, reader_of
from monitor.web.span import ZONE

SECTIONS: tuple[tuple[str, str], ...] = (
    ("/", "Overview"),
    ("/themes", "Themes"),
    ("/search", "Search"),
    ("/compare", "Compare"),
    ("/sources", "Sources"),
    ("/alerts", "Alerts"),
)
"""The pages that the header of every page leads to, in its order."""

_ENGLISH = Locale("en")
_RELOAD = 5  # seconds
_HOUR, _MINUTE = 3_600, 60

_templates = Environment(
    loader=PackageLoader("monitor.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request, app: App, template: str, *, status: int = 200, counted_at: datetime | None = None, **values: Any
) -> HTMLResponse:
    """Return a page.

    Templates also have `reader`, who asks: offer what writes only where `reader.scope == "write"`; and `csrf()`, the hidden field
    with which every form that posts begins (see `monitor.web.forms`).

    Args:
        counted_at: when its numbers were counted; now without it.
        values: what the template shows. `fixed` is the address at which the same is shown later, without its time zone; that of
            the page where there is none.
    """
    now = (counted_at or datetime.now(UTC)).astimezone(app.zone)
    path = request.url.path
    section = next((one for one, _ in SECTIONS if path == one or path.startswith(f"{one}/")), "")
    reader, forms = reader_of(request), Forms(request)
    text = _templates.get_template(template).render(
        sections=SECTIONS if reader.scope else (),
        section=section,
        now=now,
        zone=app.zone,
        zone_name=app.zone.key,
        reader=reader,
        csrf=forms.field,
        **values | {"fixed": _in_zone(values.get("fixed") or f"{path}?{request.url.query}", app)},
    )
    answer = HTMLResponse(text, status)
    forms.give_session(answer)
    return answer


def show_beginning(request: Request, app: App, begun: BeginningDocument, status: int = 200) -> HTMLResponse:
    """Return the page of an installation without articles, which reloads itself while a crawler runs."""
    answer = page(request, app, "beginning.html", status=status, begun=begun)
    if begun.is_collecting:
        answer.headers["Refresh"] = str(_RELOAD)
    return answer


def _in_zone(link: str, app: App) -> str:
    """Return an address of ours that shows days and times in this time zone, whoever opens it."""
    path, _, query = link.partition("?")
    given = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != ZONE]
    return f"{path}?{urlencode([*given, (ZONE, app.zone.key)])}"


def address(path: str, **parameters: object) -> str:
    """Return an address of ours; parameters that are None or empty are left out."""
    given = {name.rstrip("_"): value for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def on_day(moment: datetime, zone: Any, precision: Precision | None = "second") -> str:
    """Return `20 Nov`, with the year unless it is this one."""
    return of_day(local_time(moment, precision, zone).date())


def of_day(day: date) -> str:
    """Return `20 Nov`, with the year unless it is this one."""
    return f"{day.day} {day:%b}{'' if day.year == datetime.now(UTC).year else f' {day.year}'}"


def at(moment: datetime | None, zone: Any, precision: Precision | None = "second") -> str:
    """Return `20 Nov, 07:49`, `20 Nov` where only the day is known, and `no date` without one."""
    if moment is None:
        return "no date"
    day = on_day(moment, zone, precision)
    return day if precision == "day" else f"{day}, {moment.astimezone(zone):%H:%M}"


def later(seconds: int) -> str:
    """Return `in the same minute`, `12 min later`, `1 h 32 min later`, `3 days later`."""
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if seconds < _MINUTE:
        return "in the same minute"
    if hours >= 48:
        return f"{hours // 24} days later"
    return f"{' '.join(filter(None, (f'{hours} h' if hours else '', f'{minutes} min' if minutes else '')))} later"


def language(code: str | None) -> str:
    """Return the English name of a language; the code where it has none."""
    return str(_ENGLISH.languages.get(code or "", code or "language unknown"))


def country(code: str | None) -> str:
    """Return the English name of a country."""
    return str(_ENGLISH.territories.get(code or "", code or "country unknown"))


def sentence(text: str) -> Markup:
    """Return a text with a capital at its beginning, a full stop, or another one, at its end, and `commands` set as code."""
    whole = in_words(text)
    pieces = whole.split("`")
    if len(pieces) % 2 == 0:
        return escape(whole)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces))


def path(
    line: Sequence[PointDocument], step: float, scale: float, foot: float, spike: SpikeDocument | None = None
) -> str:
    """Return a line as the path of a picture.

    Args:
        step: pixels from one point to the next.
        scale: pixels that a share of 1 is high.
        foot: pixels from the top to a share of 0.
        spike: only the days of this one.
    """
    shown = [
        (place * step, foot - point.share * scale)
        for place, point in enumerate(line)
        if point.share is not None and (spike is None or spike.start <= point.start.date() <= spike.end)
    ]
    return "".join(f"{'L' if number else 'M'}{x:.1f},{y:.1f}" for number, (x, y) in enumerate(shown))


def bars(numbers: Sequence[float], step: float, scale: float, foot: float) -> str:
    """Return numbers as bars in the path of a picture; every number above 0 can be seen.

    Args:
        step: pixels from one bar to the next.
        scale: pixels that 1 is high.
        foot: pixels from the top to 0.
    """
    return "".join(
        f"M{(place + 1 / 8) * step:.1f},{foot:g}v{-max(number * scale, 1):.1f}h{step * 3 / 4:.1f}V{foot:g}z"
        for place, number in enumerate(numbers)
        if number
    )


def strokes(numbers: Sequence[float], step: float, scale: float, foot: float) -> str:
    """Return numbers as upright strokes, a short path for pictures that stand many times in a page.

    Args:
        step: pixels from one stroke to the next.
        scale: pixels that 1 is high; no stroke is lower than one pixel.
        foot: pixels from the top to 0.
    """
    return "".join(
        f"M{(place + 1 / 2) * step:g} {foot:g}v-{max(round(number * scale, 1), 1):g}"
        for place, number in enumerate(numbers)
        if number
    )


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, each with whether it is marked; marks that touch are one."""
    position = 0
    for start, end in _joined(text, spans):
        yield text[position:start], False
        yield text[start:end], True
        position = end
    yield text[position:], False


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


FILTERS: Mapping[str, Any] = {
    "counted": counted,
    "at": at,
    "on_day": on_day,
    "of_day": of_day,
    "later": later,
    "sentence": sentence,
    "language": language,
    "country": country,
    "web_address": web_address,
    "marked": marked,
    "path": path,
    "bars": bars,
    "strokes": strokes,
}
_templates.filters.update(FILTERS)
_templates.globals["address"] = address
