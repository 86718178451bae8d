"""What the HTML pages share: their base, their style, and how templates are filled without harm.

Every text passes autoescape or lies in a JSON block. The content security policy of a page allows its own style and
script, by hash, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hotfixcheck.errors import printable

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template


def moment(checked: datetime | None) -> str | None:
    """The time to the minute; a day where no more is known of it."""
    if checked is None:
        return None
    return f"{checked:%Y-%m-%d %H:%M} UTC" if checked.hour or checked.minute else f"{checked:%Y-%m-%d}"


def part(name: str, package: str = __package__) -> str:
    """A file of the folder `page` of a package: a template, style or script."""
    return files(package).joinpath("page", name).read_text(encoding="utf-8")


@cache
def template(name: str, package: str = __package__) -> Template:
    """A template of the folder `page` of a package, which may extend or import those here."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        """Control characters spelled out, as on a terminal: a name must not turn the line around."""
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=DictLoader({shared: part(shared) for shared in ("base.html", "marks.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return environment.from_string(part(name, package))


def policy(css: str, script: str = "") -> str:
    """The content security policy of a page with this style and script."""
    allowed = _hashed(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {_hashed(css)}; script-src {allowed}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
