"""What surrounds the text of a post: links to the channel, calls to subscribe, credits and rows of hashtags.

The same post in two channels differs in these lines alone, so they do not count when texts are compared. Only lines at the start
and the end are considered, by their form and by the words with which such lines begin in the six languages.
"""

from __future__ import annotations

import re

LEAST = 5  # words that must remain; a post that is nothing but a link is compared as it is
_MOST_LINES = 6  # removed at the end
_MOST_SENTENCES = 3  # removed from the last line
_TAIL = 300  # characters of a line in which a closing sentence is sought
_LONGEST = 25  # words of a line
_LINK = re.compile(r"https?://\S+|\bwww\.\S+|\b[\w-]{2,40}\.(?:[a-z]{2,6})/\S*|(?<![\w.])@\w{3,40}|#\w+", re.IGNORECASE)
_BESIDE_LINK = 8  # words beside a link; a line with more says something
_BESIDE_CALL = 10
_WORD = re.compile(r"\w+(?:['’ʼ-]\w+)*")
_SUBSCRIBE = re.compile(r"\b(?:подпи[сш]|підпи[сш]|subscrib|abonn|zasubskryb|subskryb)\w*", re.IGNORECASE)
_CALL = re.compile(
    r"\W*(?:"
    r"follow|join|boost|send us|our (?:chat|channel|bot)|more (?:on|at)|read (?:more|also|on)|source\b|photos?\b|video\b|via\b"
    r"|reporting by|editing by|©"
    r"|прислать|пришлите|наш[аеу]? (?:канал|чат|бот)|мы в\b|читать|читайте|подробн\w+|источник\b|фото\b|видео\b|реклама\b"
    r"|надіслати|надішліть|наш[аеу]? (?:канал|чат|бот)|ми в\b|читати|детальніше|докладніше|джерело\b|відео\b"
    r"|folg(?:t|en)|unser\w* (?:chat|kanal|bot)|mehr (?:dazu|auf|bei)|lesen sie|hinweis senden|quelle\b|werbung\b"
    r"|suivez|notre (?:chat|chaîne|canal)|rejoignez|lire (?:aussi|la suite)|en savoir plus|vidéo\b"
    r"|obserwuj|dołącz|nasz (?:kanał|czat)|czytaj|więcej (?:na|w)|źródło\b|wideo\b|zdjęci[ae]\b"
    r")",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"[.!?…)»”\"]\s+")


def substance(text: str) -> str:
    """Return the text without the lines and closing sentences that only name, link or advertise its channel."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    while len(lines) > 1 and is_furniture(lines[0]) and _count(lines[1:]) >= LEAST:
        del lines[0]
    for _ in range(_MOST_LINES):
        if len(lines) < 2 or not is_furniture(lines[-1]) or _count(lines[:-1]) < LEAST:
            break
        del lines[-1]
    if lines:
        lines[-1] = _without_closing(lines[:-1], lines[-1])
    return "\n".join(lines)


def is_furniture(line: str) -> bool:
    """Tell whether a line of a post belongs to its channel and not to its text."""
    if len(line) > 30 * _LONGEST or len(words := _WORD.findall(line)) > _LONGEST:
        return False
    rest = _WORD.findall(_LINK.sub(" ", line))
    if len(rest) < len(words):
        return len(rest) <= _BESIDE_LINK
    if not words:
        return True
    if line.count("|") and all(len(_WORD.findall(piece)) <= 4 for piece in line.split("|")):
        return True
    return len(words) <= _BESIDE_CALL and bool(_CALL.match(line) or _SUBSCRIBE.search(line))


def _without_closing(before: list[str], line: str) -> str:
    for _ in range(_MOST_SENTENCES):
        ends = [match.end() for match in _END_OF_SENTENCE.finditer(line, max(0, len(line) - _TAIL))]
        if not ends or not is_furniture(line[ends[-1] :]) or _count([*before, line[: ends[-1]]]) < LEAST:
            return line
        line = line[: ends[-1]].rstrip()
    return line


def _count(lines: list[str]) -> int:
    """Return the number of words in the lines, counted up to LEAST."""
    number = 0
    for line in lines:
        number += sum(1 for _ in zip(range(LEAST), _WORD.finditer(line), strict=False))
        if number >= LEAST:
            break
    return number
