"""news-please on given addresses; runs in an environment of its own (`pip install news-please`).

usage: python news_please.py URLS.json OUT.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from newsplease import NewsPlease

if __name__ == "__main__":
    urls = json.loads(Path(sys.argv[1]).read_text())
    # Without request_args several addresses at once end in a swallowed error (1.6.16).
    # fetch_images would load the pages' pictures from the internet.
    articles = NewsPlease.from_urls(urls, request_args={"timeout": 30}, fetch_images=False)
    with Path(sys.argv[2]).open("w", encoding="utf-8") as lines:
        for article in articles.values():
            if article and getattr(article, "maintext", None):
                lines.write(json.dumps(article.get_serializable_dict(), ensure_ascii=False) + "\n")
