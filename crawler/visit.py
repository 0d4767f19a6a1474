"""One visit to an address in the queue: fetch and store the page, or record the outcome that explains the failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from config.errors import ArchiveError, describe_unexpected
from config.logs import get_logger
from crawler.archive import frontier
from crawler.archive.archive import Archive
from crawler.archive.bodies import origin_of
from crawler.archive.failures import fail, refusal
from crawler.archive.frontier import Wanted
from crawler.archive.pages import keep_page
from crawler.download.fetch import Fetched, Fetcher
from crawler.outcomes import PASSING, TEMPORARY, Outcome
from crawler.page import RawPage
from crawler.parse.completeness import is_cut
from crawler.parse.encoding import decode
from crawler.parse.sniff import HTML_TYPES, begins_as_page, file_format, is_file, is_page, is_vague, media_type_of
from crawler.poll import keep_holds
from crawler.removals import removal
from crawler.resources import raise_if_short
from crawler.schedule import retry_at
from crawler.urls import canonical

log = get_logger(__name__)

_LOOK = 8_192  # bytes within which a page without a useful media type must begin


class Visitor:
    """Fetches wanted addresses into an archive."""

    def __init__(self, archive: Archive, fetch: Fetcher, clock: Callable[[], datetime]) -> None:
        self._archive, self._fetch, self._clock = archive, fetch, clock

    async def visit(self, wanted: Wanted) -> tuple[Outcome, str]:
        """Fetch an address once and store the result; return the outcome and a sentence about it.

        Raises:
            ArchiveError: the result could not be stored; nothing is lost, and the address must be released.
        """
        try:
            fetched = await self._fetch(wanted.url, {})
            keep_holds(self._archive, fetched.holds, self._clock())
            return self._write(wanted, fetched, self._clock())
        except ArchiveError:
            raise
        except Exception as error:  # if not recorded, the visit would repeat at once and forever
            raise_if_short(error)
            log.exception("unexpected error while fetching a page", url=wanted.url, feed=wanted.feed)
            failed = Fetched(outcome=Outcome.FAILED, url=wanted.url, detail=describe_unexpected(error))
            return self._postpone_or_end(wanted, failed, self._clock())

    def _write(self, wanted: Wanted, fetched: Fetched, now: datetime) -> tuple[Outcome, str]:
        if fetched.outcome in PASSING:
            return self._postpone_or_end(wanted, fetched, now)
        if fetched.outcome != Outcome.ANSWERED:
            return self._end(wanted, fetched.outcome, fetched.detail)
        if removed := removal(wanted.url, canonical(fetched.url) or fetched.url, fetched.body):
            outcome, detail = removed
            return self._postpone_or_end(wanted, replace(fetched, outcome=outcome, detail=detail), now)
        if rejected := reject_content(fetched):
            outcome, detail, is_final = rejected
            rejection = replace(fetched, outcome=outcome, detail=detail, is_final=is_final)
            return self._postpone_or_end(wanted, rejection, now)
        if is_cut(fetched.body, is_bounded=fetched.is_bounded) and not _is_believed(wanted, fetched, now):
            cut = replace(fetched, outcome=Outcome.CUT_OFF, detail="the page ends in the middle")
            return self._postpone_or_end(wanted, cut, now)
        page = RawPage(
            url=fetched.url,
            body=fetched.body,
            content_type=fetched.content_type,
            kind="document",
            hints=wanted.hints,
        )
        return self._store(wanted, page, Outcome.COLLECTED, "")

    def _store(self, wanted: Wanted, page: RawPage, outcome: Outcome, detail: str) -> tuple[Outcome, str]:
        body = {page.body_hash: page.body}
        origins = [origin_of(page, wanted.url, source=wanted.source, feed=wanted.feed, collected=self._clock())]
        self._archive.bodies.put(body, origins)
        with self._archive.database.write() as connection:
            now = self._clock()
            new = keep_page(connection, wanted.serial, page, source=wanted.source, feed=wanted.feed, collected=now)
            self._archive.bodies.put(body, origins)  # a prune may have removed it since, if it was already there
            refused = refusal(connection, wanted.serial) if page.kind == "document" and not new else None
            if refused:
                return fail(connection, wanted.serial, *refused, attempts=wanted.attempts + 1, now=now)
            frontier.collect(connection, wanted.serial, detail)
        return (outcome if new else Outcome.UNCHANGED), detail

    def _postpone_or_end(self, wanted: Wanted, fetched: Fetched, now: datetime) -> tuple[Outcome, str]:
        has_refused = fetched.outcome not in TEMPORARY
        if fetched.is_final or fetched.outcome not in PASSING or (has_refused and wanted.hints.html):
            return self._end(wanted, fetched.outcome, fetched.detail)
        attempts = wanted.attempts + fetched.is_counted
        if wanted.hints.html and retry_at(attempts, now) is None:
            detail = f"abandoned after {attempts} attempts: {fetched.detail}"
            return self._end(wanted, fetched.outcome, detail)
        with self._archive.database.write() as connection:
            outcome, detail = fetched.outcome, fetched.detail
            return fail(connection, wanted.serial, outcome, detail, attempts=attempts, now=now, floor=fetched.wait)

    def _end(self, wanted: Wanted, outcome: Outcome, detail: str) -> tuple[Outcome, str]:
        """Store the full text from the feed if there is one; otherwise record this outcome."""
        if wanted.hints.html:
            body = wanted.hints.html.encode(errors="replace")
            entry = RawPage(
                url=wanted.url, body=body, content_type="text/html; charset=utf-8", kind="entry", hints=wanted.hints
            )
            return self._store(wanted, entry, Outcome.COLLECTED_FROM_FEED, f"{outcome}: {detail}")
        with self._archive.database.write() as connection:
            frontier.settle(connection, wanted.serial, outcome, detail)
        return outcome, detail


def _is_believed(wanted: Wanted, fetched: Fetched, now: datetime) -> bool:
    """Tell whether a page that seems to be cut off is stored as it is: it still is at the last of the attempts of four days."""
    return fetched.is_bounded and not wanted.hints.html and retry_at(wanted.attempts + 1, now) is None


def reject_content(fetched: Fetched) -> tuple[Outcome, str, bool] | None:
    """Return why a response is not an HTML page, or None when it may be one.

    Returns:
        The outcome, a sentence, and whether the next response will be the same: the address is that of a file, not one whose page
        a server replaces for some time with a message in plain text or JSON.
    """
    if not fetched.body.strip():
        return Outcome.EMPTY, "the response has no body", False
    media_type = media_type_of(fetched.content_type)
    if format := file_format(fetched.body, fetched.content_type):
        detail = f'the response is {format}, labelled "{media_type}"'
        return Outcome.NOT_HTML, detail, is_file(media_type, format)
    if media_type in HTML_TYPES:
        return None
    beginning = decode(fetched.body[:_LOOK], fetched.content_type) or ""
    if begins_as_page(beginning) or (is_vague(media_type) and is_page(beginning)):
        return None
    return Outcome.NOT_HTML, f'the response is "{media_type}"', is_file(media_type)
