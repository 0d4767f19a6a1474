"""Time zones as feeds and pages write them: offsets, abbreviations, IANA names and words such as "Moscow time"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from config.zones import zone_names

# Hours from UTC. RFC 822 names the American ones; the others are what European outlets write. Abbreviations that stand for
# several zones (IST is Irish, Israeli and Indian) are left out: a day is better than a wrong second.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "mez"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk", "мск", "trt", "idt"), 3.0),
    "msd": 4.0,
    "pkt": 5.0,
    "hkt": 8.0,
    "sgt": 8.0,
    "awst": 8.0,
    "jst": 9.0,
    "kst": 9.0,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "ndt": -2.5,
    "nst": -3.5,
    "adt": -3.0,
    "ast": -4.0,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
    "akdt": -8.0,
    "akst": -9.0,
    "hst": -10.0,
}
_UTC_NAMES = frozenset(("z", "ut", "utc", "gmt"))
# Russian outlets write the time of other regions as a distance from Moscow: МСК+2.
_RELATIVE = frozenset(("msk", "мск"))
# Newsrooms use these in summer and winter alike.
_AREAS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
# Capitals that may follow a time and name no zone.
_NOT_ZONES = frozenset(
    (
        *("by", "von", "par", "in", "at", "on", "um", "und", "and", "de"),
        "upd",
        "live",
        "photo",
        "video",
        "foto",
        "фото",
        "видео",
    )
)
_CONTINENTS = (
    "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US"
)

# Stems, in the supported languages, that name the zone of a place when a word for time stands beside them.
_PLACES = {
    "Europe/Moscow": "москов москв moscow moskau moscou moskiew moskw",
    "Europe/Kyiv": "київ києв киев kyiv kiev kiew kijow kijów украин україн ukrain",
    "Europe/Minsk": "минск мінськ minsk",
    "Europe/London": "лондон london londyn londres british британ",
    "Europe/Brussels": "brussels brüssel bruxelles bruksel брюссел central.european mitteleurop среднеевроп центральноевроп"
    " центральноєвроп środkowoeurop",
    "Europe/Berlin": "berlin берлин берлін deutsch german немецк німецьк",
    "Europe/Paris": "paris париж parys french français",
    "Europe/Warsaw": "warsaw warszaw warschau varsovie варшав polsk polish",
    "Europe/Istanbul": "istanbul ankara стамбул анкар турецк турецьк turkish",
    "Europe/Zurich": "geneva genf genèv женев",
    "Europe/Athens": "eastern.european osteurop восточноевроп східноєвроп wschodnioeurop",
    "Europe/Vilnius": "vilnius вильнюс вільнюс",
    "Europe/Riga": "riga рижск ризьк",
    "Europe/Tallinn": "tallinn таллин",
    "Europe/Helsinki": "helsinki хельсинк",
    "Europe/Kaliningrad": "калининград",
    "Europe/Samara": "самарск",
    "Asia/Yekaterinburg": "екатеринбург",
    "Asia/Novosibirsk": "новосибирск",
    "Asia/Vladivostok": "владивосток",
    "Asia/Tbilisi": "tbilisi тбилис",
    "Asia/Yerevan": "yerevan ереван",
    "Asia/Baku": "baku бакинск",
    "Asia/Almaty": "astana астан",
    "Asia/Shanghai": "beijing peking pékin pekińsk пекин pekin",
    "Asia/Tokyo": "tokyo токи japan",
    "Asia/Jerusalem": "israel jerusalem иерусалим израил",
    "Asia/Kolkata": "indian delhi дели",
    "America/New_York": "washington вашингтон вашінгтон waszyng new.york нью-йорк nowojorsk eastern",
    "America/Los_Angeles": "pacific",
    "UTC": "greenwich гринвич гринвіч coordinated.universal всемирн всесвітн",
}
_BY_STEM = {stem.replace(".", " "): zone for zone, stems in _PLACES.items() for stem in stems.split()}
_STEM = "|".join(re.escape(stem) for stem in sorted(_BY_STEM, key=len, reverse=True))
_TIME = r"(?:time|zeit|времени|время|часом|часу|час|czasu|czas|heures?)"
_PLACE_TIME = re.compile(
    rf"\b({_STEM})\w*(?:\W+\w+)?\W+{_TIME}\b|\b{_TIME}(?:\s+(?:de|in|of))?\s+({_STEM})|\b(?:по|за)\s+({_STEM})"
)
_LOCAL_TIME = re.compile(
    r"\blocal time|ortszeit|\bheure locale|\bместн\w+ врем|\bмісцев\w+ час|\bczas\w? (?:lokaln|miejscow)"
)
_OTHER_TIME = re.compile(
    r"(?:по\s+|за\s+|nach\s+)?(?!read|min)[^\W\d_]{3,20}\s+(?:[^\W\d_]{4,10}\s+)?(?:time|zeit|времени|часом|czasu)\b"
)
_IANA = re.compile(
    rf"(?<![\w/])((?:{_CONTINENTS})/[\w+-]{{2,30}}(?:/[\w+-]{{2,30}})?)|\b([A-Z]{{3}}\d[A-Z]{{3}})\b", re.I
)
_LEAD = re.compile(r"[\s,;|·•(\[]*")
_FILLER = re.compile(  # words for hours and years between a time and its zone
    r"(?:(?:uhr|hrs?|h|hours?|heures?|godz|час(?:а|ов)?|ч|годин[аи]?|год[ау]?|г|рок[уи]|р)\b\.?[\s,(\[]*)+(?![+-]\d)",
    re.I,
)
_OFFSET = re.compile(r"(?:([^\W\d_]{1,5})\s*)?([+\u2212-])(\d{1,2})(?::?([0-5]\d))?(?::?00)?(?![\d:.])", re.I)
_END = re.compile(r"\s*(?:[(\[]|$)")  # a number that words follow is no offset: `10:15 -5 comments`
_UTC_OFFSET = re.compile(r"(?:gmt|utc)\s*([+\u2212\u2013-])\s*(\d{1,2})(?::?([0-5]\d))?(?![\d:.])", re.I)
_UTC_SIGN = re.compile(r"(?:gmt|utc)\s*[+\u2212\u2013-]\s*\d", re.I)
_NAME = re.compile(r"([^\W\d_]{1,5})(?![^\W_])")
_PLUS_LOST = re.compile(r" (\d{2}):(\d{2})\s*$")  # a plus in a URL is decoded as a blank
FARTHEST = timedelta(hours=14)  # from UTC, the largest offset in use


class UnknownZone(ValueError):
    """A text names a time zone that is not understood or does not exist."""


def zone_after(rest: str, text: str, local: datetime, home: tzinfo | None = None) -> timezone | None:
    """Return the zone of a time at that moment; None when the text names none.

    Args:
        rest: what follows the time, without the date.
        text: the whole text; a place's time (`по московскому времени`) may be named anywhere in it.
        local: the time as written, without a zone.
        home: the zone of the outlet, whose own abbreviations it may use.

    Raises:
        UnknownZone: a zone is named but not understood.
    """
    if lost := _PLUS_LOST.fullmatch(rest):
        return _fixed("+", lost[1], lost[2])
    lead = _LEAD.match(rest)
    words = rest[lead.end() if lead else 0 :]
    words = words[filler.end() :] if (filler := _FILLER.match(words)) else words
    if _UTC_SIGN.match(words):
        if offset := _UTC_OFFSET.match(words):
            return _fixed(offset[1], offset[2], offset[3])
        raise UnknownZone(words)
    if (offset := _OFFSET.match(words)) and (offset[4] or offset[1] or _END.match(words, offset.end())):
        return _offset(offset, local)
    if area := _IANA.search(text):
        return _at(_area(area[0]), local)
    if spoken := _spoken(words, text):
        return _at(spoken, local)
    return _abbreviated(words, local, home, is_adjacent=not lead or not lead[0].strip(" (["))


def _offset(match: re.Match[str], local: datetime) -> timezone:
    name, sign, hours, minutes = match.groups()
    size = _fixed(sign, hours, minutes)
    name = (name or "").lower()
    if not name or name in _UTC_NAMES:
        return size
    own = _ZONES.get(name)
    if own is None:
        raise UnknownZone(match[0])
    shift = size.utcoffset(None)
    if shift == timedelta(hours=own) and (minutes or name not in _RELATIVE):
        return size
    if name in _RELATIVE and minutes is None:
        return timezone(timedelta(hours=own) + shift)
    raise UnknownZone(match[0])


def _fixed(sign: str, hours: str, minutes: str | None) -> timezone:
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if size > FARTHEST:
        raise UnknownZone(f"{sign}{hours}")
    return timezone(size if sign == "+" else -size)


def _at(zone: tzinfo, local: datetime) -> timezone:
    """Return the offset that a zone has at a local time."""
    offset = local.replace(tzinfo=zone).utcoffset()
    return timezone(offset) if offset is not None else UTC


def _area(name: str) -> ZoneInfo:
    known = zone_names().get(name.lower())
    if known is None:
        raise UnknownZone(name)
    return ZoneInfo(known)


def _spoken(words: str, text: str) -> ZoneInfo | None:
    lowered = text.casefold()
    if place := _PLACE_TIME.search(lowered):
        return ZoneInfo(_BY_STEM[place[1] or place[2] or place[3]])
    if _LOCAL_TIME.search(lowered) or _OTHER_TIME.match(words.casefold()):
        raise UnknownZone(words)
    return None


def _abbreviated(words: str, local: datetime, home: tzinfo | None, *, is_adjacent: bool) -> timezone | None:
    match = _NAME.match(words)
    if match is None:
        return None
    written, name = match[1], match[1].lower()
    if home and written == local.replace(tzinfo=home).tzname():
        return _at(home, local)
    if name in _AREAS and written.isupper():
        return _at(ZoneInfo(_AREAS[name]), local)
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    if is_adjacent and written.isupper() and name not in _NOT_ZONES:
        raise UnknownZone(written)
    return None
