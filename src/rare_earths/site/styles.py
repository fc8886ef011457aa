"""One style sheet for the site: the palette, what the theme's sheets say of our pages, and ours.

The theme and the extensions bring ten sheets, most of whose rules match nothing here. Of theirs a
rule stays if its selector names only elements and classes listed in ``static/vocabulary.txt``.
After a change of markup ``python -m rare_earths.site.styles`` renews that list from the built
site; a build warns when a page uses a word that the list does not hold.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx
from sphinx.util import logging

from rare_earths import charts
from rare_earths.site import code_colours

logger = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
VOCABULARY = STATIC / "vocabulary.txt"
OURS = ("layout.css", "book.css")  # kept whole
_THEIRS = (
    ("pydata_sphinx_theme", "theme/pydata_sphinx_theme/static/styles/theme.css"),
    ("pydata_sphinx_theme", "theme/pydata_sphinx_theme/static/styles/bootstrap.css"),
    ("pydata_sphinx_theme", "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"),
    ("sphinx_book_theme", "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css"),
    ("myst_nb", "static/mystnb.css"),
    ("sphinx_exercise", "assets/html/exercise.css"),
    ("sphinx_design", "static/sphinx-design.min.css"),
)
_WORD = re.compile(r"([.#]?)(-?[_a-zA-Z][\w-]*)")
_PSEUDO = re.compile(r"::?(?!not\b|is\b|where\b|has\b)[\w-]+(\([^()]*\))?")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_DARK = 'html[data-theme="dark"]'
_DARK_SELECTOR = re.compile(r"""html\[data-theme=["']?dark["']?\]""")


def palette() -> str:
    """The palette as CSS custom properties: light, dark, and for print."""

    def block(selector: str, colours: dict[str, str], paper: str) -> str:
        lines = [f"  --chart-{name}: {colour};" for name, colour in colours.items()]
        return f"{selector} {{\n" + "\n".join([*lines, f"  --chart-paper: {paper};"]) + "\n}\n"

    light, dark = ({name: pair[i] for name, pair in charts.PALETTE.items()} for i in (0, 1))
    paper = "var(--pst-color-background)"
    return (
        block(":root", light, paper)
        + block(_DARK, dark, paper)
        + f"@media print {{\n{block('html, html[data-theme]', charts.PRINT, '#ffffff')}}}\n"
    )


def style_sheet(vocabulary: Iterable[str]) -> str:
    """The whole sheet, in the order of the cascade."""
    theirs = [files(package).joinpath(path).read_text("utf-8") for package, path in _THEIRS]
    theirs.append(_of_code())
    rules = _kept("\n".join(theirs), set(vocabulary))
    ours = "\n".join((STATIC / name).read_text("utf-8") for name in OURS)
    rules += _kept(palette() + ours, None)
    return _written(_without_idle_properties([*rules, *_follow_the_system(rules)]))


def _of_code() -> str:
    return code_colours.style_sheet(".highlight", f"{_DARK} .highlight")


# A rule here is (conditions, selectors, declarations): the @-rules around it, the part before the
# brace, and (name, value) pairs.
Rule = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]


def _kept(css: str, vocabulary: set[str] | None, around: tuple[str, ...] = ()) -> list[Rule]:
    rules: list[Rule] = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "container"):
            head = f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}"
            inside = tinycss2.serialize(rule.content or [])
            rules += _kept(inside, vocabulary, (*around, head))
        elif rule.type == "qualified-rule":
            selectors = _split(tinycss2.serialize(rule.prelude))
            if vocabulary is not None:
                selectors = [one for one in selectors if words(one) <= vocabulary]
            declared = tuple(_declarations(rule.content))
            if selectors and declared:
                rules.append((around, tuple(selectors), declared))
        elif rule.type == "error":
            raise ValueError(f"style sheet: {rule.message} in line {rule.source_line}")
    return rules


def _split(prelude: str) -> list[str]:
    """Selectors of a list; commas inside brackets do not separate."""
    parts = re.split(r",(?![^(\[]*[)\]])", re.sub(r"/\*.*?\*/", "", prelude, flags=re.S))
    return [" ".join(part.split()) for part in parts]


def _declarations(content) -> Iterable[tuple[str, str]]:
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            value = " ".join(tinycss2.serialize(item.value).split())
            yield item.name, value + (" !important" if item.important else "")


def words(selector: str) -> set[str]:
    """Elements, classes (``.name``) and ids (``#name``) that a selector asks for."""
    asked = re.sub(r":not\([^()]*\)", "", selector)
    asked = _PSEUDO.sub("", _ATTRIBUTE.sub("", asked))
    asked = re.sub(r":(is|where|has)\b", "", asked)
    return {mark + name for mark, name in _WORD.findall(asked)}


def _follow_the_system(rules: list[Rule]) -> list[Rule]:
    """Rules for dark once more, for readers who chose no theme and whose system is dark."""
    dark = []
    for around, selectors, declared in rules:
        chosen = tuple(one for one in selectors if _DARK_SELECTOR.search(one))
        if chosen and not any("print" in condition for condition in around):
            free = tuple(_DARK_SELECTOR.sub("html:not([data-theme])", one) for one in chosen)
            dark.append((("@media (prefers-color-scheme: dark)", *around), free, declared))
    return dark


def _without_idle_properties(rules: list[Rule]) -> list[Rule]:
    """Leave out custom properties that no rule reads (charts on the pages read --chart-…)."""
    read: set[str] = set()
    values = {}
    for _, _, declared in rules:
        for name, value in declared:
            if name.startswith("--"):
                values.setdefault(name, []).append(value)
            else:
                read |= set(re.findall(r"--[\w-]+", value))
    waiting = list(read)
    while waiting:
        for value in values.get(waiting.pop(), ()):
            new = set(re.findall(r"--[\w-]+", value)) - read
            read |= new
            waiting += new
    kept = []
    for around, selectors, declared in rules:
        needed = tuple(
            (n, v) for n, v in declared if not n.startswith("--") or n in read or "chart" in n
        )
        if needed:
            kept.append((around, selectors, needed))
    return kept


def _written(rules: list[Rule]) -> str:
    out, open_conditions = [], ()
    for around, selectors, declared in rules:
        if around != open_conditions:
            out.append("}" * len(open_conditions) + "".join(f"{head}{{" for head in around))
            open_conditions = around
        out.append(f"{','.join(selectors)}{{{';'.join(f'{n}:{v}' for n, v in declared)}}}")
    return "\n".join(out) + "}" * len(open_conditions) + "\n"


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        for name, value in attrs:
            if name == "class" and value:
                self.found |= {f".{word}" for word in value.split()}


def words_of_pages(pages: Iterable[Path]) -> set[str]:
    """Elements and classes that occur in the pages."""
    parser = _Words()
    for page in pages:
        parser.feed(page.read_text("utf-8"))
    return parser.found


def words_that_matter(found: set[str]) -> set[str]:
    """Those words that a rule of the theme's sheets asks for."""
    css = "\n".join(files(p).joinpath(path).read_text("utf-8") for p, path in _THEIRS)
    asked: set[str] = set()
    for _, selectors, _ in _kept(css + _of_code(), None):
        for selector in selectors:
            asked |= words(selector)
    return found & asked


def add_style_sheet(app: Sphinx) -> None:
    generated = Path(app.doctreedir).parent / ".generated"
    generated.mkdir(parents=True, exist_ok=True)
    vocabulary = VOCABULARY.read_text("utf-8").split()
    (generated / "site.css").write_text(style_sheet(vocabulary), encoding="utf-8")
    app.config.html_static_path.append(str(generated))
    app.add_css_file("site.css")


def main(site: Path) -> None:
    """Renew the vocabulary from the built site."""
    found = words_that_matter(words_of_pages(sorted(site.rglob("*.html"))))
    VOCABULARY.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    print(f"{len(found)} words in {VOCABULARY.name}")


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", add_style_sheet)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html"))
