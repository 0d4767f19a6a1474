"""The forms a configuration file can be used in: as it is now, or as it was when it last had no mistake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from config.errors import ConfigError, Problem
from config.files import ConfigFile, Section, list_files, overlay_file, parsed, shipped_file, text_of
from config.last_good import KEPT, NO_TEXTS, Report, Texts
from config.shape import Shape, ShapeT, check_name, check_page_name, shaped

ValueT = TypeVar("ValueT")

_REMEMBERED = 2_000  # texts
_WITH_FORMS: Collection[Section] = ("themes", "alerts")  # sections whose files are also written by a form
LEFT_OUT = "until this is corrected, this file is left out"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the content of a file, and with which of its keys; empty where it is none or several."""

    sentence: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Form(Generic[ShapeT]):
    """A text of a file that matches its model.

    Attributes:
        content: None when its only line is `removed = true`.
    """

    text: str
    content: ShapeT | None


@dataclass(frozen=True, slots=True)
class Choices(Generic[ShapeT]):
    """The forms of one file that match its model, as it is now before the last good one.

    Attributes:
        key: `sources/tass`, the name of its text among the last good ones.
        problems: the mistakes of the file as it is now; none of its forms is that one then.
        is_known: whether the first form is the last good one.
    """

    key: str
    file: ConfigFile
    forms: tuple[Form[ShapeT], ...]
    problems: tuple[Problem, ...]
    is_known: bool


def read_choices(
    section: Section,
    folder: Path | None,
    model: type[ShapeT],
    last_good: Texts = NO_TEXTS,
    *,
    shipped: Collection[str] | None = None,
    **known: Collection[str],
) -> tuple[list[Choices[ShapeT]], tuple[Problem, ...]]:
    """Return the files of a section by name, and why the folder of the section cannot be read.

    Args:
        shipped: names of the shipped files to use; None for all of them.
        known: see `shaped`.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    files, problems = list_files(section, folder, shipped)
    choices = {file.name: _choices(section, file, model, last_good, known) for file in files}
    for key in last_good if problems else ():
        if key.startswith(f"{section}/") and (earlier := earlier_form(section, key, folder, model, last_good, **known)):
            choices[earlier.file.name] = earlier
    return [choices[name] for name in sorted(choices)], problems


def read_each(
    section: Section,
    folder: Path | None,
    model: type[ShapeT],
    last_good: Texts,
    make: Callable[[str, ShapeT], ValueT],
    mistakes: Callable[[ValueT, ShapeT], Sequence[Mistake]],
) -> tuple[tuple[ValueT, ...], Report]:
    """Return what the files of a section describe, sorted by id, and how they were read.

    A file with a mistake is used in its last good form.

    Args:
        make: makes a value of an id and the content of a file.
        mistakes: returns each mistake that the form of the file does not show.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    choices, unreadable = read_choices(section, folder, model, last_good)
    values: list[ValueT] = []
    problems, remedies, texts = list(unreadable), [], {}
    for file in choices:
        wrong, chosen = _choose(file, make, mistakes)
        problems += wrong
        if chosen is not None:
            texts[file.key], described = chosen
            values += described
        if wrong:
            remedies.append(Problem(file.file.label, KEPT if chosen else LEFT_OUT))
    left_out = frozenset(file.file.name for file in choices if file.key not in texts)
    return tuple(values), Report(problems=tuple(problems), remedies=tuple(remedies), texts=texts, left_out=left_out)


def describe(
    content: dict[str, Any],
    id: str,
    label: str,
    model: type[ShapeT],
    make: Callable[[str, ShapeT], ValueT],
    mistakes: Callable[[ValueT, ShapeT], Sequence[Mistake]],
) -> ValueT:
    """Return what a file with this content would describe.

    Args:
        label: the name of the file in messages.
        make, mistakes: see `read_each`.

    Raises:
        ConfigError: every mistake in it.
    """
    shape = shaped(model, content, label, {})
    if isinstance(shape, list):
        raise ConfigError(shape)
    value = make(id, shape)
    if problems := [Problem(label, one.sentence, one.key) for one in mistakes(value, shape)]:
        raise ConfigError(problems)
    return value


def _choose(
    file: Choices[ShapeT],
    make: Callable[[str, ShapeT], ValueT],
    mistakes: Callable[[ValueT, ShapeT], Sequence[Mistake]],
) -> tuple[Sequence[Problem], tuple[str, list[ValueT]] | None]:
    """Return the mistakes of a file as it is now, and the text of its first form without any with what it describes."""
    problems: list[Problem] = list(file.problems)
    for form in file.forms:
        if form.content is None:
            return problems, (form.text, [])
        value = make(file.file.name, form.content)
        wrong = mistakes(value, form.content)
        if not wrong:
            return problems, (form.text, [value])
        problems = problems or [Problem(file.file.label, one.sentence, one.key) for one in wrong]
    return problems, None


def _choices(
    section: Section, file: ConfigFile, model: type[ShapeT], last_good: Texts, known: dict[str, Collection[str]]
) -> Choices[ShapeT]:
    key = f"{section}/{file.name}"
    earlier = last_good.get(key)
    forms: list[Form[ShapeT]] = []
    problems: tuple[Problem, ...] = ()
    text = None
    try:
        (check_page_name if section in _WITH_FORMS else check_name)(file.name)
        text = text_of(file)
        forms.append(_form(text, file, model, known))
    except ConfigError as wrong:
        problems = wrong.problems
    except ValueError as wrong:
        problems = (Problem(file.label, f"file name: {wrong}"),)
    forms += _last_form(earlier, file, model, known) if earlier != text else ()
    return Choices(key, file, tuple(forms), problems, bool(forms) and forms[0].text == earlier)


def earlier_form(
    section: Section,
    key: str,
    folder: Path | None,
    model: type[ShapeT],
    last_good: Texts,
    **known: Collection[str],
) -> Choices[ShapeT] | None:
    """Return a file in its last good form alone, whether or not the file exists; None if there is no such form."""
    name, text = key.removeprefix(f"{section}/"), last_good.get(key)
    if text is None:
        return None
    file = shipped_file(section, name) if folder is None else overlay_file(section, folder, name)
    return Choices(key, file, _last_form(text, file, model, known), (), is_known=True)


def _last_form(
    text: str | None, file: ConfigFile, model: type[ShapeT], known: dict[str, Collection[str]]
) -> tuple[Form[ShapeT], ...]:
    try:
        return () if text is None else (_form(text, file, model, known),)
    except ConfigError:  # another version of Parley read it
        return ()


def _form(text: str, file: ConfigFile, model: type[ShapeT], known: dict[str, Collection[str]]) -> Form[ShapeT]:
    content = _content(text, file.label, model, tuple((name, tuple(values)) for name, values in known.items()))
    return Form(text, cast(ShapeT | None, content))


@lru_cache(_REMEMBERED)
def _content(text: str, label: str, model: type[Shape], known: tuple[tuple[str, tuple[str, ...]], ...]) -> Shape | None:
    """Return what a text says; when a file of a section has changed, all others are as they were."""
    content = parsed(text, label)
    if content is None:
        return None
    shape = shaped(model, content, label, dict(known))
    if isinstance(shape, list):
        raise ConfigError(shape)
    return shape
