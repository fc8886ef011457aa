"""Other languages: the text, and what charts, tables, quiz and site say, from PO catalogues.

``locale/<language>/LC_MESSAGES/`` holds a catalogue for the text of each translated page
(``<page>.po``), one for its charts and tables (``shown/<page>.po``), one for its quiz
(``quiz/<page>.po``), and one for the words of the site (``site.po``). From them :mod:`book` writes a small book of its own, builds it like any other,
and publishes its pages in a folder of the site, ``<language>/``.

Why not the translation of paragraphs that Sphinx brings: it reads each paragraph by itself, and
there the numbers that cells publish are not known.
"""

from rare_earths.site.translation import links, words


def setup(app) -> None:
    """The Sphinx side: the words of the site, and the links between languages."""
    app.add_config_value("rare_earths_locale", "", "env", types=[str])
    words.setup(app)
    links.setup(app)
