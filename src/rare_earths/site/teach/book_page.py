"""What a built chapter page holds that teaching material repeats: title, charts, exercises."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from rare_earths.checked_yaml import FileError

_KEPT = {"href", "src", "alt", "colspan", "rowspan", "scope"}


@dataclass(frozen=True)
class Exercise:
    """An exercise and its solution, both HTML without the site's classes and links."""

    label: str
    title: str
    task: str
    solution: str


@dataclass(frozen=True)
class Chart:
    """A chart of the page. `svg` stands alone and has the light palette."""

    name: str
    number: str
    caption: str
    description: str
    source: str
    svg: str

    @property
    def title(self) -> str:
        return f"{self.number}: {self.caption}" if self.number else self.caption


class BookPage:
    """A chapter as built.

    Parameters
    ----------
    site
        Root folder of the built site.
    docname
        Such as ``book/supply/the-chokepoint``.
    """

    def __init__(self, site: Path, docname: str):
        self.site, self.docname = site, docname
        self.html = (site / f"{docname}.html").read_text(encoding="utf-8")

    @cached_property
    def title(self) -> str:
        """The heading without its number."""
        found = re.search(r"<h1>(.*?)</h1>", self.html, flags=re.S)
        heading = re.sub(r'<span class="section-number">.*?</span>|<a class="headerlink".*?</a>',
                         "", found[1])  # fmt: skip
        return unescape(re.sub(r"<[^>]+>", "", heading)).strip()

    @cached_property
    def number(self) -> str:
        """The chapter's number, without a point."""
        found = re.search(r'<h1><span class="section-number">([\d.]+?)\.?\s*</span>', self.html)
        return found[1] if found else ""

    @cached_property
    def address(self) -> str:
        """Where the page is published, if the site knows (``html_baseurl``)."""
        found = re.search(r'<link rel="canonical" href="([^"]+)"', self.html)
        return found[1] if found else ""

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """Label -> exercise, in the order of the page."""
        starts = [
            (match.start(), match[1])
            for match in re.finditer(r'<div class="exercise admonition" id="([^"]+)"', self.html)
        ]
        ends = [start for start, _ in starts[1:]] + [len(self.html)]
        return {
            label: self._exercise(label, self.html[start:end])
            for (start, label), end in zip(starts, ends, strict=True)
        }

    def exercise(self, label: str) -> Exercise:
        """One exercise. Raises FileError if the page has none of this label."""
        if label not in self.exercises:
            raise FileError(
                f"{self.docname}.teach.yml: {label} is no exercise of {self.docname}.md; "
                f"there are {', '.join(self.exercises)}"
            )
        return self.exercises[label]

    def _exercise(self, label: str, piece: str) -> Exercise:
        end = re.search(r"</details>|<section id=\"(?!exercise)", piece)
        soup = BeautifulSoup(piece[: end.end()] if end else piece, "html.parser")
        task, solution = soup.select_one("div.exercise"), soup.select_one("details")
        heading = task.select_one(".admonition-title").extract().get_text(" ", strip=True)
        if solution:
            solution.summary.decompose()
        return Exercise(
            label,
            re.sub(r"^Exercise [\d.]+ \((.*)\)$", r"\1", heading),
            _plain_html(task),
            _plain_html(solution) if solution else "",
        )

    def chart(self, name: str) -> Chart:
        """A chart of this page.

        Raises
        ------
        FileError
            If the page has no chart of this name.
        """
        at = self.html.find(f'id="{name}"')
        facts_file = self.site / "charts" / f"{name}.json"
        if at < 0 or not facts_file.is_file():
            raise FileError(f"{self.docname}.teach.yml: {name} is no chart of {self.docname}.md")
        number = re.search(
            r'<span class="caption-number">([^<]+)</span>', self.html[at : at + 2000]
        )
        facts = json.loads(facts_file.read_text(encoding="utf-8"))
        publications = [one for source in facts["sources"] for one in source["publications"]]
        names = dict.fromkeys(f"{one['author']}, {one['title']}" for one in publications)
        shown = list(names)[:3] + ([f"and {len(names) - 3} more"] if len(names) > 3 else [])
        return Chart(
            name,
            number[1].strip() if number else "",
            facts["caption"],
            facts["description"],
            "; ".join(shown),
            (self.site / "charts" / f"{name}.svg").read_text(encoding="utf-8"),
        )


def _plain_html(element: Tag) -> str:
    """Inner HTML without headings' links, colours of code, classes and links within the site."""
    for gone in element.select("a.headerlink, svg, button"):
        gone.decompose()
    for code in element.select("div.highlight pre, pre"):
        code.string = code.get_text()
    for link in element.select("a"):
        if not re.match("https?:", link.get("href", "")):
            link.unwrap()
    for wrapper in element.select("span, section, div"):
        wrapper.unwrap()
    for one in element.find_all(True):
        one.attrs = {key: value for key, value in one.attrs.items() if key in _KEPT}
    return element.decode_contents().strip()
