"""HTML fragments of the site (Jinja)."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rare_earths.site.translation.words import say


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = say
    return environment


def render(name: str, **values) -> str:
    """HTML of one template; values are escaped unless they are marked safe in it."""
    return _environment().get_template(name).render(**values)
