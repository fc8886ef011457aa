"""``make lint``: the gate of a few seconds. Nothing is built or run; only the sources are read.

Every check runs, so that one call names all faults; after each stands what to do.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sources

BIN = Path(sys.executable).parent
CODE = ["src", "tests", "tools", "benchmarks"]
# In cells what may be wrong, not how it is laid out; short functions and one-letter names are meant.
CELL_RULES = ["--select", "F,B,UP,E7,E9", "--ignore", "B905,E731,E741"]
YAML = ["_config.yml", "_toc.yml", "CITATION.cff", ".pre-commit-config.yaml"]
YAML_FOLDERS = [".github", "book", "teach", "src"]
YAML_RULES = "{extends: relaxed, rules: {line-length: disable, indentation: disable}}"
CHECKS = {
    sources.no_results: "Results stay out of the sources (requirement R-11).",
    sources.shape: "The sample has every part: make chapter NAME=supply/a-name TITLE=\"A question?\"",
    sources.sources_list: "Correct data/sources.bib, then: .venv/bin/python -m rare_earths.bibliography",
    sources.citation: "Correct CITATION.cff.",
}  # fmt: skip


def main(root: Path) -> int:
    """Run every check on the repository at `root`; 0 if none found a fault."""
    failed = [
        name
        for name, faults, mend in [*commands(root), cells(root), *own_checks(root)]
        if report(name, faults, mend)
    ]
    if failed:
        print(f"make lint found faults: {', '.join(failed)}")
    return int(bool(failed))


def report(name: str, faults: str, mend: str) -> bool:
    """Print what a check found and how to mend it; whether there was anything."""
    if faults:
        print(f"{faults.strip()}\n  {name}: {mend}\n")
    return bool(faults)


def commands(root: Path) -> Iterator[tuple[str, str, str]]:
    """The checks that other programs do."""
    code = " ".join(CODE)
    tools = {
        "ruff check": (
            ["ruff", "check", "--quiet", "--output-format", "concise", *CODE],
            f"mend with .venv/bin/ruff check --fix {code}, and the rest by hand",
        ),
        "ruff format": (
            ["ruff", "format", "--quiet", "--check", "--output-format", "concise", *CODE],
            f"mend with .venv/bin/ruff format {code}",
        ),
        "codespell": (
            ["codespell"],
            "correct the word; a term of the field goes into ignore-words-list in pyproject.toml",
        ),
        "yamllint": (
            ["yamllint", "--format", "parsable", "-d", YAML_RULES, *_present(root)],
            "correct the line; in YAML a text that holds “: ” or begins with a sign needs quotes",
        ),
    }
    for name, (command, mend) in tools.items():
        yield name, _run(root, command), mend


def _present(root: Path) -> list[str]:
    return [name for name in [*YAML, *YAML_FOLDERS] if (root / name).exists()]


def _run(root: Path, command: list[str]) -> str:
    """What a program complains of; nothing if it is content."""
    program, *arguments = command
    done = subprocess.run(
        [str(BIN / program), *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    said = (done.stdout + done.stderr).strip()
    return (said or f"{program} ended with status {done.returncode}") if done.returncode else ""


def cells(root: Path) -> tuple[str, str, str]:
    """Ruff on the cells of all chapters, with the chapters' own names and lines."""
    mend = "the line is the chapter's; what a rule means: .venv/bin/ruff rule F401"
    with tempfile.TemporaryDirectory() as folder:
        for page in sources.notebooks(root):
            copy = (Path(folder) / page.relative_to(root)).with_suffix(".py")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(sources.code_only(page.read_text(encoding="utf-8")), encoding="utf-8")
        options = ["--isolated", *CELL_RULES, "--target-version", "py311"]
        faults = _run(
            Path(folder), ["ruff", "check", "--quiet", "--output-format", "concise", *options, "."]
        )
    return "ruff check of cells", faults.replace(".py:", ".md:"), mend


def own_checks(root: Path) -> Iterator[tuple[str, str, str]]:
    for check, mend in CHECKS.items():
        yield check.__doc__.splitlines()[0].rstrip("."), "\n".join(check(root)), mend


if __name__ == "__main__":
    raise SystemExit(main(Path.cwd()))
