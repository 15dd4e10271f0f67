"""The templates of reports: everything escaped, nothing undefined."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from setsetting.words.translate import _


@lru_cache(maxsize=6)
def template(name: str) -> Template:
    """A template by its file's name."""
    environment = Environment(
        loader=PackageLoader("setsetting.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["_"] = _
    return environment.get_template(name)
