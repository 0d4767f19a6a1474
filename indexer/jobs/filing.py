"""Files each article under its real address, once, whichever of its addresses was met first.

An article stays with the address that it was first collected at (its owner, whose id it has). Redirects are facts; an address
that a page merely names is confirmed by comparing texts as soon as both are there, so that no page takes over another's article
and a site that names one address on all its pages loses none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from crawler.archive import addresses
from crawler.archive.addresses import Address
from crawler.outcomes import Outcome
from crawler.page import Page
from crawler.real_address import RealAddress, real_address, twins
from crawler.urls import registered_domain
from indexer.article import Article
from indexer.copies.compare import Kind, compare
from indexer.copies.signature import Signer
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.stored_form import text_words

_SHORT = 50  # words; shorter texts are compared by the words they have
_SHARED = 0.8  # of the words of the shorter of two short texts


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the article of a page belongs.

    Attributes:
        owner: the address whose serial and id the article has.
        is_text: whether the article is to be made from this page; otherwise it is there already, made from another.
    """

    owner: Address
    article: Article
    is_text: bool = True


class Filing:
    """Files the articles of one batch, within one transaction.

    Args:
        kept: the articles of the batch so far, by serial, which are not in the archive yet. Articles that change because of
            another one are added to it.
        sign: returns the signature of a text.
    """

    def __init__(self, connection: Connection, kept: dict[int, KeptArticle], sign: Signer) -> None:
        self._connection, self._kept, self._sign = connection, kept, sign

    def file(self, page: Page, article: Article, declared: str | None) -> Filed:
        """Return where the article of a page belongs, and record its addresses.

        Args:
            article: as extracted, under the address that was requested.
            declared: the canonical address that the page declares.
        """
        if (damaged := articles.damaged_of(self._connection, page.number)) is not None:
            return _under(addresses.address_of(self._connection, damaged), article)  # as before it was damaged
        own = addresses.address_of(self._connection, page.serial)
        is_fetched = page.kind == "document"
        real = real_address(own.url, page.final_url if is_fetched else own.url, declared if is_fetched else None)
        if own.same_as is not None:
            if filed := self._confirm(own, article, real):
                return filed
            own = replace(own, same_as=None, real=None)
        if not is_fetched:  # the feed gave the text for this address and no other
            return _under(own, article)
        known = addresses.known_addresses(self._connection, [real.url, *twins(real.url)])
        if real.url == own.url:
            return self._file_twin(own, article, known)
        target = known.get(real.url)
        if target is None or target.same_as == own.serial:
            return self._claim(own, article, real, target)
        if target.state == Outcome.DISPUTED and target.first_collected is None:
            return _under(own, article)
        return self._meet(own, article, real, target)

    def _confirm(self, own: Address, article: Article, real: RealAddress) -> Filed | None:
        """Compare the article with the one its address leads to; where they differ, it leads there no more."""
        owner = addresses.owner_of(self._connection, own)
        there = self._kept_article(owner)
        if there is None and owner.state == Outcome.PRUNED:
            return Filed(owner, article, is_text=False)
        if there and are_alike(there.article, article, self._sign):
            if real.url != own.url or not _is_real(own, owner):
                return self._same(owner, there, article)
            addresses.name_real(self._connection, owner, own.url)
            return _under(replace(owner, real=own.url), _completed(article, there.article))
        addresses.part(self._connection, own)
        if owner.real == own.url:
            self._take_back(owner, there)
        return None

    def _file_twin(self, own: Address, article: Article, known: Mapping[str, Address]) -> Filed:
        """File the article of a page at its real address, which may be known in another form, with `www.` for example."""
        for twin in known.values():
            owner = addresses.owner_of(self._connection, twin)
            if owner.serial == own.serial or self._kept_article(own):
                continue
            if (there := self._kept_article(owner)) and are_alike(there.article, article, self._sign):
                addresses.join(self._connection, own, owner)
                return self._same(owner, there, article)
        return _under(own, article)

    def _meet(self, own: Address, article: Article, real: RealAddress, target: Address) -> Filed:
        """File an article whose real address is known already."""
        owner = addresses.owner_of(self._connection, target)
        there = self._kept_article(owner)
        if there and self._kept_article(own):
            return _under(own, article)  # stored as two articles by an earlier version: both ids stay
        if owner.state == Outcome.PRUNED or (
            there and (real.is_reached or are_alike(there.article, article, self._sign))
        ):
            addresses.join(self._connection, own, owner)
            return self._same(owner, there, article)
        if there is None:
            return self._claim(own, article, real, owner)
        if target.first_collected is None and owner.real == target.url:
            addresses.dispute(self._connection, target)
            self._take_back(owner, there)
        return _under(own, article)

    def _claim(self, own: Address, article: Article, real: RealAddress, target: Address | None) -> Filed:
        """Make the real address lead to the article, and file it there unless that must be confirmed first."""
        if target is None:
            addresses.add_leading(self._connection, real.url, own, article.collected)
        elif target.same_as is None:
            addresses.join(self._connection, target, own)
        if real.is_sure or own.real == real.url:
            addresses.name_real(self._connection, own, real.url)
            own = replace(own, real=real.url)
        return _under(own, article)

    def _same(self, owner: Address, kept: KeptArticle | None, article: Article) -> Filed:
        """Leave the owner's kept article as it is, but for facts that only the other page has."""
        completed = _completed(kept.article, article) if kept else article
        if kept and completed != kept.article:
            self._kept[owner.serial] = replace(kept, article=completed)
        return Filed(owner, completed, is_text=False)

    def _take_back(self, owner: Address, kept: KeptArticle | None) -> None:
        """File the kept article of an owner under the owner's own address again."""
        addresses.name_real(self._connection, owner, None)
        if kept:
            self._kept[owner.serial] = replace(kept, article=_at(kept.article, owner.url))

    def _kept_article(self, owner: Address) -> KeptArticle | None:
        return self._kept.get(owner.serial) or articles.kept_article(self._connection, owner.serial)


def are_alike(one: Article, other: Article, sign: Signer) -> bool:
    """Return whether two pages have the same article: the smaller text is most of the larger one's or a part of it."""
    signs = sign(one.text), sign(other.text)
    if signs[0] is None or signs[1] is None:
        return signs[0] == signs[1]
    if min(signs[0].length, signs[1].length) >= _SHORT:
        return compare(signs[0], signs[1], same_source=False).kind in (Kind.COPY, Kind.CARRIED)
    smaller, larger = sorted((Counter(text_words(one)), Counter(text_words(other))), key=Counter.total)
    return (smaller & larger).total() >= _SHARED * smaller.total()


def _is_real(own: Address, owner: Address) -> bool:
    """Return whether an address is the one that the owner's page names as its own, not another form of the owner's address."""
    return owner.real == own.url or (owner.real is None and own.url not in twins(owner.url))


def _under(owner: Address, article: Article) -> Filed:
    collected = min(owner.first_collected or article.collected, article.collected)
    filed = replace(_at(article, owner.real or owner.url), id=owner.id, serial=owner.serial, collected=collected)
    return Filed(owner, filed)


def _at(article: Article, url: str) -> Article:
    return replace(article, url=url, site=registered_domain(url))


def _completed(article: Article, other: Article) -> Article:
    """Return the article with what only the other page says; the date that its source's feed gave comes before a page's."""
    is_own = other.source == article.source and other.published_from == "feed"  # a feed of others may give any date
    if other.published and (article.published is None or (is_own and article.published_from != "feed")):
        article = replace(
            article,
            published=other.published,
            published_from=other.published_from,
            published_precision=other.published_precision,
        )
    if article.updated is None:
        article = replace(article, updated=other.updated, updated_precision=other.updated_precision)
    return replace(
        article,
        title=article.title or other.title,
        authors=article.authors or other.authors,
        language=article.language or other.language,
    )
