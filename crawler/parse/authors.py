"""Names of authors as feeds and pages write them: lists are split, roles and addresses dropped, institutions kept whole."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from itertools import dropwhile

from crawler.parse.markup import plain

_MOST = 10
_LONGEST = 80  # characters of one name
_READ = 1_000  # characters of a list of names that are read, markup included
_MAIL = re.compile(r"[(\[]?(?:mailto:)?[^\s@()\[\]]{1,100}@[\w.-]{1,100}[)\]]?", re.IGNORECASE)
_PREFIX = re.compile(
    r"^(?:(?:written|posted|reporting|story|text|photos?|words) )?(?:by|von|par|por|автори?ы?|текст|tekst|text|autor(?:zy|en)?"
    r"|auteure?s?|authors?|oprac\.|opr\.|opracowała?)(?![\w-])[\s:]*|^propos recueillis par\s+|^przez\s+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*[;|•·\n]\s*|\s+[/–—-]\s+|\s*,\s+(?:and|und|et|und)\s+|\s*,\s+|\s+(?:and|und|sowie|with|mit|et|avec|oraz|i|и|та|і|й|&)\s+"
)
_FIRM = re.compile(r"\s*[;|•·\n]\s*|\s*,\s+")
# Words that begin so name an institution, whose own name may contain commas and "and".
_INSTITUTION = re.compile(
    r"(?:ministr(?:y|ies)|minist[eè]r(?:e\b|ium|stw)|министерств|міністерств|\bdep[ar]+tement|\bdepartment|департамент|\boffice\b"
    r"|\bbureau\b|\bcommittee|\bcommission|комитет|комисси|комітет|комісі|\bkomite|\bkomisj|kommission|ausschuss|\bcouncil"
    r"|\bсовет\b|\bрада\b|\brada\b|\b(?:bundes|national|europa|sicherheits)rat\b|\bconseil\b|\bagency|\bagence|агентств|агенці"
    r"|agentur|\bagencj|institut|институт|інститут|\binstytut|\bfoundation|\bfondation|\bфонд\b|stiftung|\bfundacja"
    r"|\bcent(?:er|re)\b|\bцентр|zentrum\b|\bcentrum|\bservice\b|\bслужба|dienst\b|\bassociation|ассоциац|асоціац|verband"
    r"|\bunion\b|\bсоюз|\buniversit|университет|університет|\buniwersytet|\bembass|\bambassade\b|посольств|botschaft\b|\bambasada"
    r"|\bboard\b|\bsociety|\bsociété|\bgroup\b|\bgruppe\b|\bgrupa\b|\bcompany|\bcorporation|\bgmbh\b|\bltd\b|\binc\b|управлени"
    r"|управлінн|(?<=\w{4})amt\b|\burząd|\bparliament|parlament|парламент|\bgovernment|\bgouvernement|regierung|правительств|\bуряд"
    r"|\brząd\b|\bштаб|\bforces\b|\bsecretariat|секретариат|секретаріат|\bdelegation|\bdélégation|\bmission\b|\bpresiden(?:cy|tial)"
    r"|\bkancelaria|kanzleramt|администрац|адміністрац|\bpolice|polizei|\bполици|\bполіці|\b(?:of|for|für|pour|dla|для)\b)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:admin(?:istrator)?|editors?|editor-in-chief|reporters?|correspondents?|staff|writers?|journalists?|columnists?|contributors?"
    r"|newsroom|desk|redakti?on|redakteur(?:in)?|chefredakteur(?:in)?|\w*korrespondent(?:in)?|reporter(?:in)?|(?:gast)?autor(?:in)?"
    r"|journalist(?:in)?|kolumnist(?:in)?|r[ée]daction|r[ée]dacteurs?|r[ée]dactrice|journaliste|correspondante?|envoy[ée]e?|auteure?"
    r"|redakcja|redaktorz?y?|dziennikarz|dziennikarka|korespondentk?a?|publicyst(?:a|ka)|\w*корреспондент\w*|\w*кор|редактор\w*|редакци[яи]"
    r"|журналист\w*|обозревател\w*|автор|колумнист\w*|кореспондент\w*|редакці[яї]|журналіст\w*|оглядач\w*|guest|gast|webmaster|unknown"
    r"|anonymous|аноним|none|null|phd|ph\.d|md|jr|sr|mp|esq|al|fellow|analysts?|analityk|аналитик|аналітик|researcher|director"
    r"|direktor(?:in)?|директор|directeur|dyrektor|minister(?:in)?|ministre|министр|міністр|president|président|präsident(?:in)?|prezydent"
    r"|президент|premier|премьер|премʼєр|chairman|chair|speaker|спикер|спікер|spokes(?:man|woman|person)|(?:presse)?sprecher(?:in)?"
    r"|porte-parole|rzeczniczka|rzecznik|secretary(?:-general)?|ambassador|botschafter(?:in)?|ambassadeur|ambasador|посол)\.?",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"^(?:(?:prof(?:essor)?|dr|sir|mr|mrs|ms|lord|hab|inż|mgr)\b\.?\s+)+", re.IGNORECASE)
_MODIFIER = re.compile(
    r"(?:chief|senior|deputy|prime|vice|research|general|diplomatic|political|foreign|national|international|economics?|business|security|defen[cs]e|world|special"
    r"|web|news|digital|managing|assistant|associate|europe|affairs|spécial|en|chef|специальный|собственный|политический|военный"
    r"|главный|спеціальний|політичний|військовий|головний|specjalny|polityczny|naczelny|\w*politischer?|\w+political|our|нашего|наш"
    r"|the|la|die|der|le|by|of|for|et)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s+(?:in|aus|à|в|у|w|z|from|із|из)\s+[A-ZА-ЯЁІЇЄҐŁŚŻ][\w'’-]+(?:[\s-][A-ZА-ЯЁІЇЄҐŁŚŻ][\w'’-]+)?$")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LOWER_IN_NAMES = frozenset(
    (
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "di",
        "da",
        "du",
        "la",
        "le",
        "zu",
        "bin",
        "ibn",
        "al",
        "el",
        "ben",
        "ter",
        "af",
    )
)


def clean_authors(names: Iterable[object]) -> tuple[str, ...]:
    """Return the names in order, each once, at most ten; without markup, "By", roles, places and addresses.

    A list of names in one string becomes several; an institution is one name, whatever it contains.
    """
    cleaned = (name for text in names if isinstance(text, str) for name in _names(text[:_READ]))
    return tuple(dict.fromkeys(cleaned))[:_MOST]


def clean_institution(name: str) -> tuple[str, ...]:
    """Return the name that is known to be one institution's, without markup; empty when nothing is left."""
    text = _usable(plain(name[:_READ]).strip(" ,;"))
    return (text,) if text and not _is_role(text) else ()


@functools.lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    text = _PREFIX.sub("", _without_mail(plain(text)))
    parts = _split(text)
    return tuple(name for part in parts if (name := _clean(part)))


def _without_mail(name: str) -> str:
    # RSS writes `desk@news.example (Ann Lee)`, mail programs `Ann Lee <desk@news.example>`.
    name = _MAIL.sub("", name).strip() if "@" in name else name
    return name[1:-1] if name[:1] == "(" and name[-1:] == ")" else name


def _split(text: str) -> list[str]:
    if not _INSTITUTION.search(text):
        parts = _BETWEEN.split(text)
        # `Stories of the coast and sea` goes on in small letters: it is one name.
        goes_on = any(part[:1].islower() and not (_is_role(part) or _is_person(part)) for part in parts[1:])
        return _FIRM.split(text) if goes_on and text[:1].isupper() else parts
    pieces = [piece for piece in _FIRM.split(text) if piece]
    # `Ann Lee, Ministry of Defence` are two; `Department for Environment, Food and Rural Affairs` is one.
    if all(_INSTITUTION.search(piece) or _is_person(piece) or _is_role(piece) for piece in pieces):
        return pieces
    return [text] if ";" not in text else re.split(r"\s*;\s*", text)


def _clean(name: str) -> str | None:
    name = _PREFIX.sub("", _BRACKET.sub("", name).strip(" ,;:/"))
    if not _INSTITUTION.search(name):
        name = _without_role(_HONORIFIC.sub("", _PLACE.sub("", name)))
    return None if _is_role(name) else _usable(name)


def _usable(name: str) -> str | None:
    if not 1 < len(name) <= _LONGEST or "@" in name or "://" in name or name[0].isdigit():
        return None
    return name


def _without_role(name: str) -> str:
    """Cut a role before a name: `корреспондент Анна Ли` → `Анна Ли`."""
    words = name.split()
    for number in range(len(words) - 1, 0, -1):
        if _ROLE.fullmatch(words[number - 1]) and _is_person(" ".join(words[number:])):
            return " ".join(words[number:])
    return name


def _is_role(name: str) -> bool:
    """Return whether a text is a role without a name, such as "Senior Diplomatic Correspondent" or "Minister of Defence"."""
    words = name.split()
    rest = list(dropwhile(_MODIFIER.fullmatch, words))
    if not rest or not _ROLE.fullmatch(rest[0]):
        return False
    return not _is_person(" ".join(dropwhile(_ROLE.fullmatch, rest)))


def _is_person(name: str) -> bool:
    """Return whether a text has two to five words written like a person's names."""
    words = _WORD.findall(name)
    if not 2 <= len(words) <= 5 or _ROLE.fullmatch(words[0]) or _ROLE.fullmatch(words[-1]):
        return False
    return all(word[0].isupper() or word.casefold() in _LOWER_IN_NAMES for word in words)
