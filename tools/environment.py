"""Make the virtual environment and install the lock. Standard library only; any Python 3."""

import os
import re
import shutil
import subprocess
import sys

LEAST = (3, 11)


def main(folder):
    if sys.version_info < LEAST:
        found = sys.version.split()[0]
        return (
            f"Python 3.11 or newer is needed, this is {found} ({sys.executable}). "
            "Name another one: make PYTHON=python3.11 book"
        )
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python) and not make_environment(folder):
        return (
            f"{sys.executable} could not make a virtual environment in {folder}. On Debian and "
            "Ubuntu the part for it is a package of its own; as root: apt-get install python3-venv"
        )
    print("Installing what requirements.txt locks (about a minute, once) ...", flush=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # The lock names everything, so pip need not look for more: it would refuse a dependency that
    # asks for an extra (jupyter-events: jsonschema[format-nongpl]), whose line has a pin but no extra
    if run([*pip, "--no-deps", "--require-hashes", "-r", "requirements.txt"]):
        return (
            "pip could not install requirements.txt; its message stands above. Without network "
            "access, or behind a proxy that pip does not know, nothing can be installed."
        )
    if run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."]):
        return "pip could not install the package of this repository (src/rare_earths)."
    for name in not_locked():  # no error: `make lock` itself begins here
        print(f"note: pyproject.toml asks for {name}, requirements.txt pins none: make lock")
    return 0


def not_locked():
    """What pyproject.toml asks for and requirements.txt does not pin."""
    import tomllib  # only here: a Python that is too old has none

    with open("pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    with open("requirements.txt", encoding="utf-8") as file:
        pinned = set(re.findall(r"^([a-z0-9-]+)==", file.read(), flags=re.M))
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = [re.match(r"[\w.-]+", name).group() for group in groups for name in group]
    return [name for name in wanted if re.sub(r"[-_.]+", "-", name).lower() not in pinned]


def make_environment(folder):
    """A virtual environment; on Debian as root, with the package for it where it is missing."""
    if run([sys.executable, "-m", "venv", folder]) == 0:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        run(["apt-get", "update", "-qq"])
        if run(["apt-get", "install", "-y", "-qq", "python3-venv"]) == 0:
            return run([sys.executable, "-m", "venv", folder]) == 0
    return False


def run(command):
    return subprocess.call(command)


if __name__ == "__main__":
    problem = main(sys.argv[1])
    if problem:
        sys.exit(f"error: {problem}")
