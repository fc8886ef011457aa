"""Promise: the guides for contributors are true: commands, rules, drawing, sample chapter, forms."""

import ast
import importlib.util
import inspect
import json
import re
import shutil
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from xml.etree import ElementTree

import jupytext
import pytest
import test_chapters
import test_numerals
import test_site
import yaml
from bs4 import BeautifulSoup
from conftest import CHAPTERS, ROOT
from test_build import make
from test_teaching import bare

import rare_earths
from rare_earths import teaching
from rare_earths.site import execution, new_chapter

GUIDES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "book" / "contribute").glob("*.md"))]
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)

# Commands ---------------------------------------------------------------------------------------


def code(text: str) -> str:
    """What stands in code spans and code blocks."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```$", text, flags=re.S | re.M)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


@each_guide
def test_every_command_named_exists(guide, root):
    named = code(guide.read_text("utf-8"))
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), flags=re.M))
    wanted = set(re.findall(r"^make (?:[A-Z]+=\S+ )*([a-z-]+)", named, flags=re.M))
    assert wanted <= targets, f"not in the Makefile: {wanted - targets}"
    programs = {
        name.replace(" ", "-")  # `jupyter lab` is a program of its own
        for name in re.findall(r"\.venv/bin/(jupyter \w+|[\w-]+)", named)
    }
    missing = {name for name in programs if not Path(sys.executable).with_name(name).exists()}
    assert not missing, f"no package of the lock brings {missing}"
    for module in re.findall(r"-m ([\w.]+)", named):
        assert importlib.util.find_spec(module), module
    for path in re.findall(r"(?<![\w/])((?:tests|tools|src|data)/[\w/]+\.\w+)", named):
        sample = path.endswith("recycling_plants.csv")
        assert sample or (root / path).exists(), path


@each_guide
def test_addresses_of_the_repository_are_those_of_the_settings(guide, root):
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    home = config["sphinx"]["config"]["html_theme_options"]["repository_url"]
    owner = home.removeprefix("https://github.com/")
    text = guide.read_text("utf-8")
    for found in re.findall(r"(?:github\.com|mybinder\.org/v2/gh)/([\w-]+/seventeen-[\w-]+)", text):
        assert found in (owner, "YOUR-NAME/seventeen-elements"), found


def test_the_fast_gates_run_the_commands_of_the_makefile(root):
    makefile = (root / "Makefile").read_text("utf-8").replace("$(BIN)", ".venv/bin")
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text("utf-8"))
    (repository,) = config["repos"]
    assert repository["repo"] == "local", "hooks of others would be downloaded, and not locked"
    for hook in repository["hooks"]:
        target = re.fullmatch(r"make (\w+)", hook["entry"])
        command = rf"^{target.group(1)}:" if target else rf"^\t@?{re.escape(hook['entry'])}$"
        assert re.search(command, makefile, flags=re.M), hook["entry"]


# Requirements -----------------------------------------------------------------------------------


def test_every_requirement_has_reason_examples_and_tests_that_exist(root):
    text = (root / "book" / "contribute" / "requirements.md").read_text("utf-8")
    known = {
        f"{path.relative_to(root).as_posix()}::{item.name}"
        for path in root.glob("tests/**/test_*.py")
        for item in ast.parse(path.read_text("utf-8")).body
        if isinstance(item, ast.FunctionDef)
    }
    rules = re.findall(r"^### (R-\d\d) [^\n]+\n\n(.+?)(?=^#|\Z)", text, flags=re.S | re.M)
    for name, rule in rules:
        reason = rule.partition("- Good:")[0]
        assert len(reason.split()) >= 10, f"{name} gives no reason"
        assert "\n- Good: " in rule and "\n- Bad: " in rule, f"{name} has no example"
        tests = re.findall(r"`(tests/[\w/]+\.py::\w+)`", rule.partition("\n- Enforced by ")[2])
        assert tests, f"{name} names no test"
        assert set(tests) <= known, f"{name}: no such test: {set(tests) - known}"
    numbers = [int(found) for found in re.findall(r"^(?:### |- \*\*)R-(\d\d)\b", text, flags=re.M)]
    assert numbers == list(range(1, len(numbers) + 1)), "numbers are neither left out nor reused"


# The drawing ------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"
PACKAGE = ROOT / "src" / "rare_earths"


def module_name(path: Path) -> str:
    """``charts``, ``evidence.supply``; a package by its own name."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(source: str) -> set[str]:
    """Modules of the package that a piece of code imports, also through ``ree.<name>``."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rare_earths"):
            home = node.module.removeprefix("rare_earths").lstrip(".")
            inner = {f"{home}.{name.name}".lstrip(".") for name in node.names}
            found |= {name for name in inner if name in MODULES} or {home}
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "ree":
            found.add(rare_earths._HOME[node.attr])
    return found - {""}


def drawing() -> ElementTree.Element:
    return ElementTree.parse(ROOT / "book" / "contribute" / "architecture.svg").getroot()


LAYERS = {
    box.get("data-layer"): box.get("data-modules").split()
    for box in drawing().iter(f"{SVG}g")
    if box.get("data-layer")
}


def layer(module: str) -> str:
    """The layer whose box names the module, or the package that it stands in."""
    homes = [name for name, inside in LAYERS.items() if module.split(".")[0] in inside]
    assert len(homes) == 1, (
        f"module {module} stands in {homes or 'no box'} of book/contribute/architecture.svg: "
        "write it into one, as text and in data-modules"
    )
    return homes[0]


@pytest.fixture(scope="module")
def uses() -> dict[str, set[str]]:
    """Layer, or module of the package -> modules that it imports."""
    found = {name: imports(path.read_text("utf-8")) for name, path in MODULES.items() if name}
    cells = [
        cell.source
        for chapter in CHAPTERS
        for cell in jupytext.read(chapter.path).cells
        if cell.cell_type == "code"
    ]
    return found | {"chapters": imports("\n".join(cells))}


def across(uses: dict[str, set[str]]) -> dict[tuple[str, str], str]:
    """Pairs of different layers, the first of which imports the second, with an example."""
    pairs = {}
    for name, imported in uses.items():
        home = name if name in LAYERS else layer(name)
        for other in imported:
            if layer(other) != home:
                pairs[home, layer(other)] = f"{name} imports {other}"
    return pairs


def test_imports_go_one_way(uses):
    order = list(LAYERS)
    for (above, below), example in across(uses).items():
        assert order.index(above) < order.index(below), f"{example}: {above} may not use {below}"
    TopologicalSorter({name: other - {name} for name, other in uses.items()}).prepare()


def test_the_drawing_shows_each_import_and_no_other(uses):
    arrows = {
        (path.get("data-from"), path.get("data-to"))
        for path in drawing().iter(f"{SVG}path")
        if path.get("data-kind") == "imports"
    }
    found = across(uses)
    assert not found.keys() - arrows, f"not drawn: {[found[p] for p in found.keys() - arrows]}"
    assert not arrows - found.keys(), f"drawn, but nothing imports so: {arrows - found.keys()}"


def test_each_box_names_its_modules_in_sight_and_in_the_table(root):
    text = (root / "book" / "contribute" / "architecture.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\w+) \| (.+?) \|", text, flags=re.M))
    for box in drawing().iter(f"{SVG}g"):
        if name := box.get("data-layer"):
            seen = " ".join(box.itertext())
            for module in LAYERS[name]:
                assert re.search(rf"\b{module}\b", seen), f"{module} is not written in its box"
                assert re.search(rf"\b{module}`", rows[name.capitalize()]), module


# The sample chapter -----------------------------------------------------------------------------

NAME, TITLE = "supply/recycling-plants", 'Who recycles "magnets"?'
one_worker = pytest.mark.xdist_group("sample chapter")


def book_of_one(book: Path, name: str, title: str) -> None:
    """Make the small book a book of one new chapter."""
    shutil.copy(ROOT / "data" / "sources.bib", book / "data")
    (book / "book" / name).parent.mkdir(parents=True)
    shutil.copy(ROOT / "book" / "bibliography.md", book / "book")
    new_chapter.write(book, name, title)
    (book / "index.md").write_text("# A book\n", encoding="utf-8")
    pages = [{"file": f"book/{name}"}, {"file": "book/bibliography"}]
    toc = {"format": "jb-book", "root": "index", "chapters": pages}
    (book / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


@pytest.fixture(scope="module")
def sample(small_book):
    """A book of the sample chapter alone, built: (its folder, the chapter)."""
    book_of_one(small_book, NAME, TITLE)
    done = make(small_book)
    assert done.returncode == 0, done.stdout
    (chapter,) = execution.chapters(small_book)
    return small_book, chapter


def asking_for(module, *needed: str) -> list:
    """Tests of a module that take these arguments, each of them or fewer, and the first."""
    found = [
        test
        for name, test in vars(module).items()
        if name.startswith("test_")
        and needed[0] in (asked := inspect.signature(test).parameters)
        and set(asked) <= set(needed)
    ]
    assert found, f"{module.__name__} has no test that takes {needed[0]!r}"
    return found


@one_worker
@pytest.mark.parametrize("test", asking_for(test_chapters, "chapter", "executed"))
def test_the_sample_chapter_passes_the_tests_of_chapters(sample, test):
    book, chapter = sample
    notebook = execution.executed(book, book / "_build" / ".jupyter_cache", chapter)
    given = {"chapter": chapter, "executed": {chapter.docname: notebook}}
    test(**{name: given[name] for name in inspect.signature(test).parameters})


@one_worker
@pytest.mark.parametrize("test", asking_for(test_site, "name", "site", "pages"))
def test_the_sample_chapter_passes_the_tests_of_pages(sample, test):
    site, name = sample[0] / "_build" / "html", f"book/{NAME}.html"
    page = BeautifulSoup((site / name).read_text("utf-8"), "html.parser")
    given = {"site": site, "name": name, "pages": {name: page}}
    test(**{name: given[name] for name in inspect.signature(test).parameters})


@one_worker
def test_the_sample_has_teaching_notes_that_say_what_its_page_says(sample):
    book, chapter = sample
    notebook = execution.executed(book, book / "_build" / ".jupyter_cache", chapter)
    numbers = teaching.published_numbers(notebook)
    notes = teaching.load(chapter.path.with_suffix(".teach.yml"), numbers)
    page = chapter.path.read_text("utf-8")
    page = re.sub(r"\{glue:text\}`(\w+)`", lambda match: numbers[match[1]]["text"], page)
    for text in (*notes.objectives, *notes.key_points):
        assert re.search(rf"^- {re.escape(bare(text))}[.;]?$", bare_lines(page), re.M), text
    html = (book / "_build" / "html" / f"book/{NAME}.html").read_text("utf-8")
    assert all(question.text.split("?")[0] in html for question in notes.quiz)


def bare_lines(page: str) -> str:
    return "\n".join(bare(line) for line in page.splitlines())


@one_worker
def test_the_sample_chapter_types_no_figure(sample):
    page = sample[0] / "_build" / "html" / f"book/{NAME}.html"
    assert not [
        found for text in test_numerals.paragraphs(page) for found in test_numerals.typed("", text)
    ]


@one_worker
def test_a_new_chapter_has_its_title_and_its_own_names(sample):
    text = sample[1].path.read_text("utf-8")
    assert f"\n# {TITLE}\n" in text and not re.search(r"\$\{?\w", text)
    assert set(re.findall(r"name: (fig-\S+)-", text)) == {"fig-recycling-plants"}
    assert set(re.findall(r":label: (ex-\S+)-", text)) == {"ex-recycling-plants"}
    glued = re.findall(r"\{glue:text\}`(\w+)`", text)
    assert glued and all(name.startswith("recycling_plants_") for name in glued)


@pytest.mark.parametrize(
    ("name", "title", "says"),
    [
        ("recycling", "Who?", "expected <part>/<chapter>"),
        ("metals/recycling", "Who?", "with one of the parts check, supply"),
        ("supply/Recycling_2", "Who?", "in lower case"),
        ("supply/recycling", " ", "TITLE is missing"),
        ("check/magnets", "Who?", "book/supply/magnets.md has this name"),
        ("", "", 'For example: make chapter NAME=supply/recycling-plants TITLE="'),
    ],
)
def test_a_name_that_will_not_do_is_refused(tmp_path, name, title, says):
    for part in ("supply", "check"):
        (tmp_path / "book" / part).mkdir(parents=True)
    (tmp_path / "book" / "supply" / "magnets.md").touch()
    with pytest.raises(ValueError, match=re.escape(says)):
        new_chapter.write(tmp_path, name, title)
    assert len(list(tmp_path.rglob("*.md"))) == 1, "nothing is written"


# Forms and settings -----------------------------------------------------------------------------


def test_the_forms_ask_for_source_and_date(root):
    forms = root / ".github" / "ISSUE_TEMPLATE"
    for path in sorted(forms.glob("*.yml")):
        form = yaml.safe_load(path.read_text("utf-8"))
        if path.name == "config.yml":
            continue
        assert form["name"] and form["description"] and form["labels"], path.name
        ids = [part["id"] for part in form["body"]]
        assert len(ids) == len(set(ids)) and {"source", "date"} <= set(ids), path.name
        for part in form["body"]:
            assert part["type"] in {"input", "textarea", "dropdown"} and part["attributes"]["label"]
            assert part["type"] != "dropdown" or part["attributes"]["options"], path.name
    asked = (root / ".github" / "pull_request_template.md").read_text("utf-8").casefold()
    assert all(word in asked for word in ("source", "licence", "date", "screenshot"))


def test_contributors_have_a_place_and_nobody_is_invented(root):
    settings = json.loads((root / ".all-contributorsrc").read_text("utf-8"))
    for file in settings["files"]:
        text = (root / file).read_text("utf-8")
        start, end = (text.index(f"<!-- ALL-CONTRIBUTORS-LIST:{mark}") for mark in ("START", "END"))
        assert start < end
        for person in settings["contributors"]:
            assert person["login"] in text[start:end]


def test_the_container_and_binder_install_the_lock(root):
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    script = container["postCreateCommand"].split()[1]
    assert (root / script).is_file() and "python:3.11" in container["image"]
    binder = root / "binder"
    assert (binder / "runtime.txt").read_text("utf-8").strip() == "python-3.11"
    assert "--require-hashes -r requirements.txt" in (binder / "postBuild").read_text("utf-8")
    assert (binder / "postBuild").stat().st_mode & 0o100, "postBuild must be executable"
