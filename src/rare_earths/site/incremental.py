"""A build of what has changed ends in the same bytes as a build of everything.

Sphinx writes a page again when its own source has changed.  A page also prints what stands on
others: their titles in the contents, the numbers of their figures in references.
"""

from __future__ import annotations

import json

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def pages_that_print_others(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, if a title, a number or a label has changed that any of them may print."""
    before = getattr(env, "rare_earths_shared", None)
    env.rare_earths_shared = _shared(env)
    changed = before is not None and before != env.rare_earths_shared
    return sorted(env.found_docs) if changed else []


def _shared(env: BuildEnvironment) -> str:
    labels = env.get_domain("std")
    shared = {
        "contents": env.external_site_map.as_json(),
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "sections": env.toc_secnumbers,
        "figures": env.toc_fignumbers,
        "labels": [labels.labels, labels.anonlabels],
    }
    return json.dumps(shared, sort_keys=True, default=str)


def forget_gone_words(app: Sphinx) -> list:
    """Sphinx's search index keeps each word that ever stood in the book, with a list of no pages."""
    index = getattr(app.builder, "indexer", None)
    if index is not None:
        for words in (index._mapping, index._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
    return []


def setup(app: Sphinx) -> None:
    app.connect("env-get-updated", pages_that_print_others, priority=900)  # numbers are known
    app.connect("html-collect-pages", forget_gone_words)
