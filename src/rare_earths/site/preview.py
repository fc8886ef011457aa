"""For ``make serve``: one page at once, while the build of the whole book takes its time.

Jupyter Book begins as for any build, and stops where it would read what has changed: all it knows
of the book is then in memory.  There it stands by.  For each page it is asked for, a fork of it
reads and writes that page alone, and ends; nothing that the fork changes is kept.  What a page
prints of others (their titles, the numbers of new figures, works cited for the first time) is as
the last build left it, until the next one ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.errors import SphinxError
from sphinx.util.build_phase import BuildPhase

from rare_earths.site import drawing, execution, figures
from rare_earths.site.build import ASIDE, BUILD
from rare_earths.site.warm_kernels import POSSIBLE, WarmProcess

PAGES = BUILD / "preview"  # what stands here is newer than the site
_ASKED = "RARE_EARTHS_PREVIEW"  # set where Jupyter Book shall stand by
_READY = "standing by"


class StandBy:
    """A Jupyter Book that stands by for single pages, where processes can be forked."""

    def __init__(self, root: Path):
        self._process: subprocess.Popen | None = None
        if POSSIBLE:
            program = str(Path(sys.executable).with_name("jupyter-book"))
            self._process = subprocess.Popen(
                [program, "build", ".", "-n", "--path-output", str(ASIDE)],
                cwd=root, env=os.environ | {_ASKED: "1"}, text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def is_ready(self) -> bool:
        """Wait until it stands by; False if it never will."""
        return self._process is not None and self._line(_READY) != ""

    def show(self, docname: str) -> str | None:
        """Write the page below :data:`PAGES`; return what was wrong with it, or "".

        None if it is no page that the last build knew: only another build will show it.
        """
        try:
            print(docname, file=self._process.stdin, flush=True)
        except OSError:  # it has ended
            return None
        answer = self._line("{")
        return json.loads(answer)["wrong"] if answer else None

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self, beginning: str) -> str:
        """The next line that begins so; "" if the process ends before."""
        return next((line for line in self._process.stdout if line.startswith(beginning)), "")


def stand_by(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Write each page that standard input names, and say on standard output what was wrong."""
    app.outdir = app.builder.outdir = Path(app.srcdir) / PAGES
    app.builder.doctreedir = app.outdir / ".doctrees"
    app.builder.search = False
    with WarmProcess() as warm:
        drawer = drawing.Drawer(figures.painter(app).cache)
        # A rehearsal with a page as it is: what is loaded on the way is there for every fork.
        _wrong(app, app.config.root_doc, warm, drawer)
        print(f"\n{_READY}", flush=True)
        for line in sys.stdin:
            if drawer.has_ended():
                drawer = drawing.Drawer(figures.painter(app).cache)
            pid = os.fork()
            if not pid:
                wrong = _wrong(app, line.strip(), warm, drawer)
                print(f"\n{json.dumps({'wrong': wrong})}", flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
    os._exit(0)  # what Sphinx would do next is the build


def _wrong(app: Sphinx, docname: str, warm: WarmProcess, drawer: drawing.Drawer) -> str | None:
    if docname not in app.env.found_docs:
        return None
    try:
        write(app, docname, warm, drawer)
    except (execution.ChapterError, SphinxError) as error:
        return str(error)
    except Exception as error:  # the build that follows will say where
        return f"{docname}.md: {type(error).__name__}: {error}"
    return ""


def write(app: Sphinx, docname: str, warm: WarmProcess, drawer: drawing.Drawer) -> None:
    """Execute, draw, read and write one page as a build would."""
    env, builder = app.env, app.builder
    cache = Path(app.config.nb_execution_cache_path)
    execution.refresh_one(
        Path(app.srcdir), cache, docname, warm, lambda cell: drawer.begin(drawing.work_of([cell]))
    )
    drawer.finish()
    figure_numbers = env.toc_fignumbers.get(docname, {})
    app.phase = BuildPhase.READING
    app.emit("env-purge-doc", env, docname)
    env.clear_doc(docname)
    builder.read_doc(docname)
    TocTreeCollector().assign_section_numbers(env)
    env.toc_fignumbers[docname] = figure_numbers  # to number anew, all chapters would be needed
    app.phase = BuildPhase.RESOLVING
    builder.prepare_writing({docname})
    doctree = env.get_and_resolve_doctree(docname, builder)
    app.phase = BuildPhase.WRITING
    builder.write_doc_serialized(docname, doctree)
    builder.write_doc(docname, doctree)


def setup(app: Sphinx) -> None:
    if os.environ.get(_ASKED):
        app.connect("env-before-read-docs", stand_by)
