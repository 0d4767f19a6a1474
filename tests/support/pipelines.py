"""Pipelines whose pages are read by a reader that misbehaves."""

from __future__ import annotations

from collections import Counter

from crawler.archive.archive import Archive
from indexer.copies.index import CopyIndex
from indexer.engine import Engine
from indexer.extract.lanes import Lanes
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.themes.tagger import Tagger
from tests.support.collected import NOON


def work_until_done(pipeline: Pipeline) -> Counter[str]:
    """Work until the slow lane has finished, too."""
    counts = pipeline.work(NOON)
    while pipeline.reading.is_busy:
        counts += pipeline.work(NOON)
    return counts


def in_lanes(archive: Archive, engine: Engine, lanes: Lanes) -> Pipeline:
    return Pipeline(
        archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
    )
