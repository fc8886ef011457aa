"""Execute the chapters: in parallel, once, and again only when what they stand on has changed.

Results are kept in jupyter-cache, the cache that MyST-NB reads.  MyST-NB matches a chapter by
its code cells alone; each record here also says which tables and maps the chapter read (traced
while it ran), the package's code and the lock.  A record whose ground has moved is replaced before
MyST-NB can find it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord, session_context
from jupyter_cache.cache.main import JupyterCacheBase
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx_external_toc.parsing import parse_toc_yaml
from traitlets.config import Config

from rare_earths import datapackage
from rare_earths.site.warm_kernels import WarmProcess, provide

TIMEOUT = 120  # seconds a cell may take
_GROUND = "stands_on"


@dataclass(frozen=True)
class Chapter:
    """One executable page: its name as Sphinx knows it, and its file."""

    docname: str
    path: Path

    def read(self) -> nbformat.NotebookNode:
        text = _text(self.path)
        return read_myst_markdown_notebook(text, add_source_map=True, path=self.path)


@dataclass(frozen=True)
class Ran:
    """What the execution of a chapter gave."""

    notebook: nbformat.NotebookNode  # with outputs
    seconds: float
    read: list[str]  # names of the tables and maps


class ChapterError(RuntimeError):
    """One or more chapters failed; the message names file, cell, line and error of each."""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        where = f"{os.path.relpath(path)}, line {line}"
        raise ChapterError(f"{where}: not UTF-8; save it as UTF-8") from None


def chapters(root: Path) -> list[Chapter]:
    """All executable pages named by ``_toc.yml``, in reading order."""
    found = []
    for docname in parse_toc_yaml(root / "_toc.yml"):
        path = root / f"{docname}.md"
        if path.is_file() and is_myst_markdown_notebook(_text(path)):
            found.append(Chapter(docname, path))
    return found


def refresh(
    root: Path, cache_folder: Path, say: Callable = print, done: Callable = lambda _: None
) -> dict[str, str]:
    """Bring the cache up to date; return a fingerprint of each chapter's executed state.

    Parameters
    ----------
    root
        Folder of ``_toc.yml``.
    cache_folder
        jupyter-cache folder, made if absent.
    say
        Called with a line of progress for each chapter executed.
    done
        Called with each chapter executed: the notebook with outputs.

    Raises
    ------
    ChapterError
        After all others have run, if any chapter failed.
    """
    cache_folder.mkdir(parents=True, exist_ok=True)
    cache = get_cache(cache_folder)
    today = Today(root)
    found = chapters(root)
    records = {chapter: fresh_record(cache, chapter, today) for chapter in found}
    todo = [chapter for chapter, record in records.items() if record is None]
    failures = []
    for count, (chapter, job) in enumerate(_executed(todo), start=1):
        try:
            ran = job.result()
        except ChapterError as error:
            failures.append(str(error))
            say(f"  [{count}/{len(todo)}] {chapter.docname} FAILED")
            continue
        records[chapter] = _store(cache, chapter, ran, today)
        say(f"  [{count}/{len(todo)}] {chapter.docname} executed in {ran.seconds:.1f} s")
        done(ran.notebook)
    if failures:
        raise ChapterError("\n\n".join(failures))
    return {chapter.docname: _fingerprint(records[chapter]) for chapter in found}


def refresh_one(
    root: Path, cache_folder: Path, docname: str, warm: WarmProcess, after_cell: Callable
) -> None:
    """The same for one page: nothing if it is no chapter, or its result is at hand."""
    chapter = Chapter(docname, root / f"{docname}.md")
    if is_myst_markdown_notebook(_text(chapter.path)):
        cache, today = get_cache(cache_folder), Today(root)
        if not fresh_record(cache, chapter, today):
            _store(cache, chapter, execute(chapter, warm, after_cell), today)


def _executed(todo: list[Chapter]) -> Iterator[tuple[Chapter, Future]]:
    """Each chapter with its ended :func:`execute`, as they end: as many at a time as cores."""
    with (
        # to warm up takes as long as one kernel's own start
        WarmProcess() if len(todo) > 1 else nullcontext() as warm,
        ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool,
    ):
        jobs = {pool.submit(execute, chapter, warm): chapter for chapter in todo}
        for job in as_completed(jobs):
            yield jobs.pop(job), job  # a result is let go of as soon as it is dealt with


def _store(cache: JupyterCacheBase, chapter: Chapter, ran: Ran, today: Today) -> NbCacheRecord:
    bundle = CacheBundleIn(ran.notebook, str(chapter.path))
    record = cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return _complete(
        cache, record, {"execution_seconds": ran.seconds, _GROUND: today.ground(ran.read)}
    )


def _complete(cache: JupyterCacheBase, record: NbCacheRecord, data: dict) -> NbCacheRecord:
    """Add the data only now that the notebook's file stands: a record without is never fresh.

    A build that is killed while it writes the file would else leave a record of half a notebook.
    """
    with session_context(cache.db) as session:
        stored = session.get(NbCacheRecord, record.pk)
        stored.data = data
        session.commit()
        session.refresh(stored)
        session.expunge(stored)
    return stored


def fresh_record(cache: JupyterCacheBase, chapter: Chapter, today: Today) -> NbCacheRecord | None:
    """The cache's record of this chapter as executed on today's tables, code and lock, if any."""
    try:
        record = cache.match_cache_notebook(chapter.read())
    except KeyError:
        return None
    stood_on = (record.data or {}).get(_GROUND)
    return record if stood_on and stood_on == today.ground(stood_on.get("read", ())) else None


def executed(root: Path, cache_folder: Path, chapter: Chapter) -> nbformat.NotebookNode:
    """The chapter with its outputs, from the cache. Raises KeyError if it is not there."""
    return get_cache(cache_folder).merge_match_into_notebook(chapter.read())[1]


def execute(
    chapter: Chapter, warm: WarmProcess | None = None, after_cell: Callable = lambda _: None
) -> Ran:
    """Run one chapter in a kernel of its own.

    The kernel is forked from the warm process, if one is given.  `after_cell` is called with each
    cell that has run.  Raises ChapterError.
    """
    notebook = chapter.read()
    begun = [0]  # numbers of the cells that were begun
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="chapter-") as folder:
        trace = Path(folder) / "tables.txt"
        trace.touch()
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT,
            record_timing=False,  # timings in cell metadata would change the cache key
            kernel_name=notebook.metadata.get("kernelspec", {}).get("name", "python3"),
            resources={"metadata": {"path": str(chapter.path.parent)}},
            shutdown_kernel="immediate",  # all that it had to say is here
            on_cell_start=lambda cell, cell_index: begun.append(cell_index),
            on_cell_executed=lambda cell, **_: after_cell(cell),
            config=_local_transport(folder),
        )
        if warm:
            provide(client.create_kernel_manager(), warm)
        try:
            client.execute(env={**os.environ, "RARE_EARTHS_TRACE": str(trace)})
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise ChapterError(_explain(chapter, notebook, begun[-1], error)) from None
        read = sorted(set(trace.read_text(encoding="utf-8").split()))
    return Ran(notebook, time.perf_counter() - started, read)


def _local_transport(folder: str) -> Config:
    """Kernels talk through files where the system can: no open TCP ports, no warning of them."""
    config = Config()
    if os.name == "posix":
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = f"{folder}/kernel"
    return config


class Today:
    """What executions stand on, as it was when this object was made.

    Made before any chapter runs: a file that is edited while they run differs from it, so the
    next build executes again what has read that file.
    """

    def __init__(self, root: Path):
        self._lock = _hash(root / "requirements.txt")
        self._code = _code_hash()
        self._data = {table: _table_hash(table) for table in datapackage.tables()}
        for path in (datapackage.data_dir() / "maps").glob("*"):
            self._data[f"maps/{path.name}"] = _hash(path)

    def ground(self, read: Iterable[str]) -> dict:
        """What an execution stands on that has read these tables and maps, as JSON holds it."""
        return {
            "python": sys.version,
            "code": self._code,
            "lock": self._lock,
            "read": {name: self._data.get(name, "gone") for name in sorted(read)},
        }


def _code_hash() -> str:
    """Of the modules that cells import; the Sphinx side (``site/``) does not run in kernels."""
    folder = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.py"), *folder.glob("evidence/*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _table_hash(table: str) -> str:
    """Of all that a table's frame is made from: its descriptor, its corrections, its file."""
    resource = datapackage.descriptor(table)
    described = json.dumps([resource, datapackage.corrections(table)], sort_keys=True).encode()
    path = datapackage.data_dir() / resource["path"]
    return hashlib.sha256(described + path.read_bytes()).hexdigest()[:16]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def _fingerprint(record: NbCacheRecord) -> str:
    return f"{record.hashkey} {json.dumps(record.data[_GROUND], sort_keys=True)}"


def _explain(
    chapter: Chapter, notebook: nbformat.NotebookNode, number: int, error: Exception
) -> str:
    """File, line and code of the cell that failed, and the error; without the traceback."""
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {error.evalue}"
    elif isinstance(error, CellTimeoutError):
        what = f"still running after {TIMEOUT} s"
    else:
        what = "its kernel died; did it run out of memory?"
    lines = notebook.metadata.get("source_map", [])
    line = lines[number] if number < len(lines) else "?"  # of the fence
    code = "\n".join(f"    {row}" for row in notebook.cells[number].source.splitlines())
    return f"{chapter.docname}.md, cell at line {line}: {what}\n{code}"
