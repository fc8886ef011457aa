"""Tables, numbers and charts of the book *Seventeen Elements*.

A chapter needs little more than this::

    import altair as alt
    import rare_earths as ree

    ree.use_theme()
    reserves = ree.load("reserves")

Names are imported when first used, so that reading a table does not import Altair and
drawing a chart does not import Sphinx.
"""

from importlib import import_module
from importlib.metadata import version

__version__ = version("rare-earths")

_HOME = {
    "DataError": "datapackage",
    "check": "datapackage",
    "cite": "datapackage",
    "load": "datapackage",
    "load_map": "maps",
    "tables": "datapackage",
    "vintages": "datapackage",
    "figure_in": "numbers",
    "number": "numbers",
    "publish": "numbers",
    "source": "charts",
    "tips": "charts",
    "use_theme": "charts",
    "reader_table": "reader_tables",
    "sources_used": "reader_tables",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(f"rare_earths.{_HOME[name]}"), name)
    raise AttributeError(f"module 'rare_earths' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_HOME])
