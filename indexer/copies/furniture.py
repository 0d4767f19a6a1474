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
_LINK = re.compile(r"https?://\S+|\bwww\.\S+|\b[\w-]{1,40}\.[a-z]{2,6}/\S*|(?<![\w.])@\w{3,40}|#\w+", re.IGNORECASE)
_BESIDE_LINK = 8  # words beside a link; a line with more says something
_BESIDE_CALL = 10
_BESIDE_SUBSCRIBE = 20
_SIGNATURE = 4  # capitalised words of a line without a full stop below a finished sentence
_WORD = re.compile(r"\w+(?:['’ʼ-]\w+)*")
# The Russian verb for "to sign" differs from "to subscribe" in its ending alone.
_SUBSCRIBE = re.compile(
    r"\b(?:подпишись|подпишитесь|подписаться|подписыва(?:йся|йтесь)|подписк[аиу]"
    r"|підпишись|підпишіться|підписатис[яь]|підпису(?:йся|йтесь|ватис[яь])|підписк[аиу]"
    r"|subscrib\w*|abonn\w*|zasubskryb\w*|subskryb\w*)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\W*(?:"
    r"(?:follow|join) (?:us|our|the (?:chat|channel))|boost\b|send us|our (?:chat|channel|bot)|more (?:on|at)\b"
    r"|read (?:more|also|on)\b|(?:source|photos?|video|credit|via)\s*[:©]|reporting by|editing by|©"
    r"|прислать|пришлите|наш[аеу]? (?:канал|чат|бот)|мы в (?:telegram|max|vk|вк|соц)|читать|читайте|подробн\w+"
    r"|(?:источник|фото|видео)\s*[:©]|реклама\b"
    r"|надіслати|надішліть|підтримати|ми (?:в|у) (?:telegram|facebook|youtube|соц)|читати|детальніше|докладніше"
    r"|(?:джерело|відео)\s*[:©]"
    r"|folg(?:t|en sie) uns|unser\w* (?:chat|kanal|bot)|mehr (?:dazu|auf|bei)\b|lesen sie|hinweis senden|kanal teilen"
    r"|quelle\s*:|werbung\b"
    r"|suivez|notre (?:chat|chaîne|canal)|rejoignez|lire (?:aussi|la suite)|en savoir plus|vidéo\s*:"
    r"|obserwuj|dołącz do|nasz (?:kanał|czat)|czytaj|więcej (?:na|w)\b|(?:źródło|wideo|zdjęci[ae])\s*:"
    r")",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"[.!?…)»”\"]\s+")


def substance(text: str) -> str:
    """Return the text without the lines and closing sentences that only name, link or advertise its channel."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    del lines[: _opening(lines)]
    for _ in range(_MOST_LINES):
        if len(lines) < 2 or _count(lines[:-1]) < LEAST:
            break
        if not is_furniture(lines[-1]) and not _is_signature(lines[-2], lines[-1]):
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
    if len(words) <= _BESIDE_SUBSCRIBE and _SUBSCRIBE.search(line):
        return True
    return len(words) <= _BESIDE_CALL and bool(_CALL.match(line))


def _opening(lines: list[str]) -> int:
    """Return how many lines at the start are furniture and have enough words after them."""
    last, number = len(lines), 0
    while last and number < LEAST:
        last -= 1
        number += _count([lines[last]])
    return next((place for place in range(last) if not is_furniture(lines[place])), last)


def _is_signature(before: str, line: str) -> bool:
    """Tell whether a last line is only the name of the channel: a few words that are no sentence, below a finished one."""
    words = _WORD.findall(line)
    is_sentence = line.endswith((".", "!", "?", "…", ":", "»", '"', "”"))
    is_name = len(words) <= _SIGNATURE and not is_sentence and all(word[0].isupper() for word in words)
    return is_name and before.rstrip().endswith((".", "!", "?", "…"))


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
