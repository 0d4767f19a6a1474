"""Documents about long work that is requested from the indexer."""

from __future__ import annotations

from indexer.jobs.requests import State, Work
from monitor.documents.base import Document, described


class RequestDocument(Document):
    """Work asked of the indexer, which does it as soon as it runs."""

    id: int = described("id of the request", example=17)
    work: Work = described("what was asked", example="sweep")
    state: State = described("how far it is", example="running")
    progress: float = described("the part that is done", example=0.4, unit="fraction, 0 to 1")
    message: str = described(
        "what is being done, what it came to, or why it failed", example="sweeping truce: 2,000 of 5,000 articles"
    )
