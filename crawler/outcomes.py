"""The outcomes and states of requests, polls, pages and addresses: a name for programs and a sentence for people.

The names are stored, and programs read them; screens show the sentence, or the detail where there is one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Outcome(StrEnum):
    """The outcome or the current state of a request, a poll, a page or an address.

    Attributes:
        sentence: the outcome in words.
    """

    sentence: str

    def __new__(cls, name: str, sentence: str) -> Self:
        """Create the member of that name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence
        return member

    def __repr__(self) -> str:
        """Return the name as a string in quotes, as logs show it."""
        return repr(str(self))

    # A request
    ANSWERED = "answered", "the server responded"
    NOT_MODIFIED = "not_modified", "unchanged since the last request"
    THROTTLED = "throttled", "the server asked us to slow down"
    SERVER_ERROR = "server_error", "the server reported an internal error"
    CLIENT_ERROR = "client_error", "the server rejected the request"
    FORBIDDEN = "forbidden", "the server denied access"
    NOT_FOUND = "not_found", "the address does not exist on the server"
    GONE = "gone", "removed for good"
    REDIRECTED_NOWHERE = "redirected_nowhere", "redirected without an address to go to"
    REDIRECTED_HOME = "redirected_home", "redirected to the front page of the site"
    REDIRECT_LOOP = "redirect_loop", "redirected too often"
    UNREACHABLE = "unreachable", "the server cannot be reached"
    TIMEOUT = "timeout", "no complete response in time"
    CUT_OFF = "cut_off", "the response ended early"
    BAD_CERTIFICATE = "bad_certificate", "the certificate of the server cannot be verified"
    REFUSED_BY_ROBOTS = "refused_by_robots", "robots.txt forbids the address"
    ROBOTS_UNREACHABLE = "robots_unreachable", "robots.txt cannot be fetched"
    REFUSED_ADDRESS = "refused_address", "the address is not public, or not one that can be fetched"

    # A poll of a feed
    READ = "read", "read"
    UNCHANGED = "unchanged", "nothing new"
    FAILED = "failed", "an unexpected error occurred"
    NOT_TRIED = "not_tried", "not tested"
    NOT_A_FEED = "not_a_feed", "the response is not a feed"
    NOT_A_SITEMAP = "not_a_sitemap", "the response is not a sitemap"
    HTML_INSTEAD = "html_instead", "the response is a web page, not a feed"
    NO_PREVIEW = "no_preview", "the channel has no public preview"
    NO_ENTRIES = "no_entries", "it can be read but lists no articles"
    NO_LINKS = "no_links", "no link on the page matches"
    PATTERN_TOO_SLOW = "pattern_too_slow", "the pattern takes too long"
    BINARY = "binary", "the response is binary data"
    TOO_MANY_TAGS = "too_many_tags", "the document has too many tags"
    ENTITIES = "entities", "the document declares its own entities"
    TOO_DEEP = "too_deep", "the document is nested too deeply"
    ENDLESS_TAG = "endless_tag", "the document has an endless tag"
    NOT_AN_ITEM = "not_an_item", "the spider yielded something that is not an item"
    NO_ADDRESS = "no_address", "the spider yielded an item without an address"
    NOT_JSON = "not_json", "the spider yielded an item that cannot be written as JSON"

    # An address
    WANTED = "wanted", "to be fetched"
    LEASED = "leased", "being fetched"
    POSTPONED = "postponed", "to be tried again"
    COLLECTED = "collected", "collected"
    COLLECTED_FROM_FEED = "collected_from_feed", "the text was taken from the feed"
    PRUNED = "pruned", "deleted for its age"
    DISPUTED = "disputed", "pages with different texts name it as their address"

    # A page
    PENDING = "pending", "waiting for the indexer"
    RETRIED = "retried", "to be extracted again"
    INDEXED = "indexed", "indexed"
    SAME_ARTICLE = "same_article", "another address of an article"
    EMPTY = "empty", "the response is empty"
    TOO_LARGE = "too_large", "too large"
    NOT_HTML = "not_html", "the response is not a web page"
    UNDECODABLE = "undecodable", "the encoding is unknown"
    NO_TEXT = "no_text", "too little text for an article"
    BROWSER_CHECK = "browser_check", "a check of the browser or a captcha"
    CONSENT_PAGE = "consent_page", "a page asking for consent, a login or JavaScript"
    NOTICE = "notice", "an error page or a notice, not an article"
    NOT_AN_ARTICLE = "not_an_article", "a front page or what many addresses show, not an article"
    TIMED_OUT = "timed_out", "extraction took too long"
    OUT_OF_MEMORY = "out_of_memory", "extraction needs too much memory"
    CRASHED = "crashed", "extraction crashed"
    BODY_LOST = "body_lost", "the stored body is missing or damaged"
    REFUSED_BY_ENGINE = "refused_by_engine", "the search engine rejects the article"


# Outcomes of requests that a server did not answer, or not in full.
TEMPORARY = frozenset(
    {
        Outcome.THROTTLED,
        Outcome.SERVER_ERROR,
        Outcome.UNREACHABLE,
        Outcome.TIMEOUT,
        Outcome.ROBOTS_UNREACHABLE,
        Outcome.BAD_CERTIFICATE,
        Outcome.CUT_OFF,
    }
)
# Refusals that often pass: a block for some hours, a page that is not there yet, a robots.txt or a name server that changes, and
# what servers give in place of a page for some time: a redirect to a notice, the notice itself, a few words in plain text.
PASSING = TEMPORARY | {
    Outcome.FORBIDDEN,
    Outcome.NOT_FOUND,
    Outcome.CLIENT_ERROR,
    Outcome.NOT_MODIFIED,
    Outcome.REDIRECTED_NOWHERE,
    Outcome.REDIRECTED_HOME,
    Outcome.REDIRECT_LOOP,
    Outcome.REFUSED_BY_ROBOTS,
    Outcome.REFUSED_ADDRESS,
    Outcome.EMPTY,
    Outcome.NOT_HTML,
    Outcome.UNDECODABLE,
    Outcome.NOTICE,
    Outcome.BROWSER_CHECK,
    Outcome.FAILED,
}

_SENTENCES = {str(outcome): outcome.sentence for outcome in Outcome}


def sentence_of(name: str) -> str:
    """Return the sentence for a stored name; for a name no longer in use, the name with spaces."""
    return _SENTENCES.get(name) or name.replace("_", " ")
