"""Have the schemas of 1EdTech (formerly IMS) for cartridges and quizzes, in _build/schemas.

They may not be copied into this repository, and no package brings them. Moodle keeps them in its
own repository, where tests/schemas/official.csv pins each by its commit. Without a network their
tests are skipped; those with our own schemas are not. Standard library only.
"""

import csv
import http.client
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "schemas" / "official.csv"
FOLDER = ROOT / "_build" / "schemas"
HOST = "https://raw.githubusercontent.com"


def missing():
    """Path -> address of each file that is not here yet."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return {
            FOLDER / row["file"]: f"{HOST}/{row['repository']}/{row['commit']}/{row['path']}"
            for row in csv.DictReader(file)
            if not (FOLDER / row["file"]).is_file()
        }


def main():
    for path, address in missing().items():
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:  # the second: an answer cut short
            print(f"note: {address} is out of reach ({error}); tests with it will be skipped")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
