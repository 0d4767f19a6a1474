"""The rules, digests and channels of an installation, kept good while people edit their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.alerts import Rule, read_rules
from config.channels import Channel, read_channels
from config.digests import DigestPlan, read_digests
from config.errors import Problem
from config.last_good import NO_TEXTS, LastGood, Report, Texts
from config.watch import Watch
from indexer.alerts.subject import mistakes, unknown_channels
from indexer.query.parse import QueryContext
from monitor.alerts.addresses import mistake
from monitor.app import App


@dataclass(frozen=True, slots=True)
class Configured:
    """Rules, digests and channels, each sorted by id.

    Attributes:
        unusable: ids of the channels that cannot be used for a mistake in their files.
    """

    rules: tuple[Rule, ...]
    digests: tuple[DigestPlan, ...]
    channels: tuple[Channel, ...]
    unusable: frozenset[str]

    def rule(self, id: str) -> Rule | None:
        """Return the rule of that id; None for one that was removed since."""
        return next((rule for rule in self.rules if rule.id == id), None)

    def channel(self, id: str) -> Channel | None:
        """Return the channel of that id; None for one that was removed since, or that cannot be used."""
        return next((channel for channel in self.channels if channel.id == id), None)


def read_files(folder: Path | None, last_good: Texts = NO_TEXTS) -> Sequence[Report]:
    """Return how the files of rules, digests and channels were read, as far as they alone show: no query is compiled.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    return read_channels(folder)[1], read_rules(folder, last_good)[1], read_digests(folder, last_good)[1]


def read_configured(
    folder: Path | None, context: Callable[[], QueryContext], last_good: Texts = NO_TEXTS
) -> tuple[Configured, Report]:
    """Return what the files describe, and how they were read; what rules name and ask for is looked up in the context.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    channels, of_channels = read_channels(folder, examine=mistake)
    names = {channel.id for channel in channels} | of_channels.left_out
    rules, report = read_rules(folder, last_good, lambda rule: tuple(mistakes(rule, context(), names)))
    digests, of_digests = read_digests(folder, last_good, lambda plan: tuple(unknown_channels(plan.to, names)))
    reports = (of_channels, report, of_digests)
    whole = Report(
        problems=tuple(problem for one in reports for problem in one.problems),
        remedies=tuple(remedy for one in reports for remedy in one.remedies),
        texts={**report.texts, **of_digests.texts},
        left_out=report.left_out,
    )
    return Configured(rules, digests, channels, of_channels.left_out), whole


def channel_names(folder: Path | None) -> frozenset[str]:
    """Return the ids of all channels, also of those whose files have a mistake.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    channels, report = read_channels(folder)
    return frozenset(channel.id for channel in channels) | report.left_out


class LiveRules:
    """The rules, digests and channels as their files stand.

    Args:
        is_writable: whether this process stores the last good form of the files of rules and digests for others.
    """

    def __init__(self, app: App, *, is_writable: bool = False) -> None:
        """Read the files.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        self._app = app
        self._stamp = app.configuration_stamp
        stored = LastGood(app.settings.data, "alerts", is_writable=is_writable)
        self._watch = Watch(app.settings.config, ("alerts", "digests", "channels"), self._read, stored)
        app.warn(self.problems)

    @property
    def current(self) -> Configured:
        """What the files describe, as last read."""
        return self._watch.current

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files as they are now, and what is used instead."""
        return self._watch.all_problems

    def reload(self) -> bool:
        """Look for changes, also of the themes and sources that rules name; return whether `current` is another."""
        stamp = self._app.configuration_stamp
        if stamp == self._stamp:
            changed = self._watch.reload()
        else:
            self._stamp, changed = stamp, self._watch.read_again()
        self._app.warn(self.problems)
        return changed

    def _read(self, last_good: Texts) -> tuple[Configured, Report]:
        return read_configured(self._app.settings.config, self._app.context, last_good)
