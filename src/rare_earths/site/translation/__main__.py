"""``python -m rare_earths.site.translation``: build the translated pages into the site."""

from pathlib import Path

from rare_earths.site.translation import book, catalogues

if __name__ == "__main__":
    try:
        raise SystemExit(book.make(Path.cwd()))
    except catalogues.CatalogueError as error:
        raise SystemExit(f"error: {error}") from None
