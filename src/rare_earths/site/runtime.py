"""The Vega runtime: one self-hosted file, loaded by a page only when a reader touches a chart."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx

from rare_earths.site.files import write_whole


def bundle(cache: Path) -> Path:
    """File with Vega, Vega-Lite and vega-embed in one script, named by its content's hash."""
    mark = cache / f"runtime-{version('vl-convert-python')}.txt"
    if mark.is_file() and (path := cache / mark.read_text(encoding="utf-8")).is_file():
        return path
    import vl_convert

    script = vl_convert.javascript_bundle(
        "window.vegaEmbed = vegaEmbed;", vl_version=vl_convert.get_vegalite_versions()[-1]
    )
    script = f"(()=>{{{script}\n}})();"  # its names stay its own; works from a file:// page too
    path = cache / f"vega-{hashlib.sha256(script.encode()).hexdigest()[:12]}.js"
    write_whole(path, script)
    write_whole(mark, path.name)
    return path


def begin(app: Sphinx) -> None:
    app.rare_earths_runtime_file = bundle(Path(app.doctreedir).parent / ".charts")
    app.rare_earths_runtime = f"charts/{app.rare_earths_runtime_file.name}"


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir) / app.rare_earths_runtime
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(app.rare_earths_runtime_file.read_bytes())


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", begin)
    app.connect("build-finished", write, priority=900)
