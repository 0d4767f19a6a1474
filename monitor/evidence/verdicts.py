"""The verdict on an evidence file: whether what it says follows from what it contains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate

from config.errors import NotFound, QueryError, Refused, WrongArgument
from config.settings import Settings
from monitor.documents.escapes import one_line
from monitor.documents.evidence import VerdictDocument
from monitor.evidence import parts, pictures
from monitor.evidence.answers import Answer
from monitor.evidence.opening import EvidenceFile, open_evidence
from monitor.evidence.rebuilding import Rebuilt, Report
from monitor.evidence.records import Question, read_json
from monitor.evidence.signatures import fingerprint, is_same, signer
from monitor.evidence.timestamps import read_stamp

_SHOWN = 60  # characters of a value in a difference


def verify(
    path: Path,
    settings: Settings,
    *,
    key: Ed25519PublicKey | None = None,
    authorities: tuple[Certificate, ...] = (),
) -> VerdictDocument:
    """Return whether an evidence file proves what it says. No archive and no index is needed.

    Args:
        settings: of the Parley at hand; its word tables and limits count.
        key: whose signature the file must have; None accepts any, or none.
        authorities: root certificates that a time stamp must lead to; without any its signature is not checked.

    Raises:
        WrongArgument: the file cannot be read.
        Refused: it is not evidence, was changed, or is not signed or stamped as it must be; the message names the part.
    """
    file = open_evidence(path)
    try:
        return _verdict(file, settings, key, authorities)
    finally:
        file.close()


def _verdict(
    file: EvidenceFile, settings: Settings, key: Ed25519PublicKey | None, authorities: tuple[Certificate, ...]
) -> VerdictDocument:
    signed_by = _signer(file, key)
    stamp = None if file.token is None else read_stamp(file.manifest_bytes, file.token, authorities)
    if authorities and stamp is None:
        raise Refused(f"{file.path}: it has no time stamp", field="file")
    report = Report()
    rebuilt = Rebuilt(file, settings, report)
    try:
        rebuilt.load()
        _compare(file, rebuilt.answer(), report)
    except (QueryError, NotFound, WrongArgument) as wrong:
        raise Refused(f"{file.path}: its question cannot be asked: {one_line(str(wrong))}", field="file") from None
    except (ValueError, OverflowError) as wrong:  # a number or time that no installation has
        raise Refused(f"{file.path}: it contains what no installation does ({wrong})", field="file") from None
    return VerdictDocument(
        file=str(file.path),
        kind=rebuilt.question.kind,
        question=in_words(rebuilt.question),
        is_equal=not report.differences,
        differences=tuple(report.differences),
        more=report.more,
        notes=tuple(report.notes),
        articles=report.articles,
        listed=report.listed,
        pages=report.pages,
        manifest=sha256(file.manifest_bytes).hexdigest(),
        signed_by=fingerprint(signed_by) if signed_by else None,
        is_trusted=key is not None,
        stamped=stamp.at if stamp else None,
        is_authority_checked=stamp is not None and stamp.is_checked,
    )


def in_words(question: Question) -> str:
    """Return a question as text."""
    names = [*question.themes, *question.queries.values(), *filter(None, [question.article])]
    words = [f"{question.kind} {', '.join(names)}"]
    if question.kind == "trend":
        words.append(f"by {question.interval}")
    if question.start and question.end:
        words.append(f"{_date(question.start)} to {_date(question.end)}")
    elif question.start:
        words.append(f"from {_date(question.start)} on")
    elif question.end:
        words.append(f"until {_date(question.end)}")
    if question.scope:
        words.append(f"of {question.scope}")
    return ", ".join(words)


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _signer(file: EvidenceFile, key: Ed25519PublicKey | None) -> Ed25519PublicKey | None:
    """Return the key that signed the file; None when nobody did.

    Raises:
        Refused: the signature is wrong, or not that of the key given.
    """
    if file.signature is None:
        if key:
            raise Refused(f"{file.path}: it is not signed", field="file")
        return None
    signed_by = signer(file.manifest_bytes, file.signature)
    if key and not is_same(signed_by, key):
        raise Refused(f"{file.path}: signed by another key, {fingerprint(signed_by)}", field="file")
    return signed_by


def _compare(file: EvidenceFile, answer: Answer, report: Report) -> None:
    """Compare the answer and the charts of the file with those that were rebuilt."""
    try:
        recorded = read_json(file.read(parts.ANSWER))
    except ValueError as wrong:
        raise Refused(f"{file.path}: {parts.ANSWER} is not JSON ({wrong})", field="file") from None
    for place, stated, rebuilt in _differences(recorded, json.loads(answer.to_json()), ""):
        report.differ(f"{parts.ANSWER}: {place}: {_short(stated)}, but rebuilt {_short(rebuilt)}.")
    drawn = dict(pictures.draw(answer))
    for name in sorted({name for name in file.names() if name.startswith("chart-")} | drawn.keys()):
        if name not in file or name not in drawn or file.read(name) != drawn[name]:
            report.differ(f"{name} does not show the numbers as this Parley draws them.")


def _differences(one: Any, other: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the places at which two JSON values differ, with both values."""
    match one, other:
        case dict(), dict():
            for key in sorted(one.keys() | other.keys()):
                yield from _differences(one.get(key), other.get(key), f"{place}.{key}" if place else str(key))
        case list(), list() if len(one) == len(other):
            for number, (left, right) in enumerate(zip(one, other, strict=True)):
                yield from _differences(left, right, f"{place}[{number}]")
        case _:
            if one != other:
                yield place, one, other


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
