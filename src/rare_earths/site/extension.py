"""What Sphinx is told of the book's own steps, and those that belong to no other module."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from rare_earths import datapackage
from rare_earths.site import (
    cards,
    chart_pages,
    checks,
    claim_marks,
    code_colours,
    crawlers,
    data_pages,
    drawing,
    execution,
    feed,
    figures,
    glossary_links,
    head,
    incremental,
    markup,
    measures,
    notebooks,
    number_pages,
    numbered_tables,
    pages,
    preview,
    runtime,
    search_objects,
    styles,
    teach,
    translation,
)

logger = logging.getLogger(__name__)


def check_tables(app: Sphinx, config) -> None:
    """No page is made from a table that breaks its own descriptor.

    In a process of its own, which takes the memory for frames of all tables away with it.
    """
    command = [sys.executable, "-m", "rare_earths.datapackage"]
    done = subprocess.run(command, cwd=app.srcdir, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError(done.stdout.removeprefix("error: ").strip() or done.stderr)


def execute_chapters(app: Sphinx, config) -> None:
    """Have every chapter's current result in the cache before MyST-NB looks for it.

    This early, what Sphinx knows of all pages is not in memory yet: there is room for kernels.
    """
    cache = Path(config.nb_execution_cache_path)
    charts = []
    try:
        app.rare_earths_executed = execution.refresh(
            Path(app.srcdir), cache, logger.info,
            lambda notebook: charts.append(drawing.work_of(notebook.cells)),
        )  # fmt: skip
    except execution.ChapterError as error:
        raise ExtensionError(f"a chapter failed\n\n{error}") from None
    drawing.draw(charts, figures.painter(app).cache)


def changed_chapters(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> list[str]:
    """Chapters whose outputs changed though their text did not: Sphinx must read them again."""
    before = getattr(env, "rare_earths_executed", {})
    now = app.rare_earths_executed
    env.rare_earths_executed = now
    return [name for name, state in now.items() if name in before and before[name] != state]


def one_cache(app: Sphinx, config) -> None:
    """All builds of one checkout, wherever they write to, share one execution cache."""
    config.nb_execution_cache_path = str(Path(app.srcdir) / "_build" / ".jupyter_cache")


def code_of_the_site(app: Sphinx, config) -> None:
    """A change of this package, the bibliography or the glossary has every page written anew."""
    digest = hashlib.sha256()
    files = [p for p in sorted(Path(__file__).parent.rglob("*")) if p.is_file()]
    glossary = Path(app.srcdir) / f"{glossary_links.PAGE}.md"
    for path in [*files, datapackage.data_dir() / "sources.csv", glossary]:
        if path.suffix != ".pyc" and path.is_file():
            digest.update(path.read_bytes())
    config.rare_earths_code = digest.hexdigest()


def remember_backend() -> None:
    """Each citation asks pybtex for this plugin, which is else sought among all packages."""
    group, name = "pybtex.backends", "plaintext"
    register_plugin(group, name, find_plugin(group, name), force=True)


def setup(app: Sphinx) -> dict:
    remember_backend()
    os.environ["TZ"] = "UTC"  # axes of time are drawn alike wherever the book is built
    app.add_config_value("rare_earths_code", "", "env", types=[str])
    # Jupyter Book sets this for an extension that this book leaves out (comments from afar).
    app.add_config_value("comments_config", {}, "env", types=[dict])
    app.connect("config-inited", one_cache, priority=100)  # before MyST-NB reads its settings
    app.connect("config-inited", code_of_the_site)
    app.connect("config-inited", check_tables, priority=900)
    app.connect("config-inited", execute_chapters, priority=901)
    app.connect("env-get-outdated", changed_chapters)
    figures.setup(app)
    numbered_tables.setup(app)
    cards.setup(app)
    chart_pages.setup(app)
    checks.setup(app)
    claim_marks.setup(app)
    code_colours.setup(app)
    crawlers.setup(app)
    data_pages.setup(app)
    number_pages.setup(app)
    feed.setup(app)
    glossary_links.setup(app)
    head.setup(app)
    incremental.setup(app)
    markup.setup(app)
    measures.setup(app)
    notebooks.setup(app)
    pages.setup(app)
    preview.setup(app)
    runtime.setup(app)
    search_objects.setup(app)
    styles.setup(app)
    teach.setup(app)
    translation.setup(app)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
