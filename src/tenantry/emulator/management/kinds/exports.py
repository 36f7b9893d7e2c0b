"""The file of a users export, and where it is fetched.

Source: Auth0 docs, "Bulk User Exports" (NDJSON, CSV, gzip, paths of fields); the default set of fields and the place
of the file are assumed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from tenantry.emulator.management.call import Document
    from tenantry.emulator.tenant import Tenant

_DEFAULT = (
    ("user_id", "Id"),
    ("given_name", "Given Name"),
    ("family_name", "Family Name"),
    ("nickname", "Nickname"),
    ("name", "Name"),
    ("email", "Email"),
    ("email_verified", "Email Verified"),
    ("picture", "Picture"),
    ("identities[0].connection", "Connection"),
    ("created_at", "Created At"),
    ("updated_at", "Updated At"),
)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def written(users: Sequence[Document], fields: Sequence[Document] | None, form: str) -> str:
    """Return the file's text: one JSON object per line, or CSV."""
    columns = [(each["name"], each.get("export_as", each["name"])) for each in fields] if fields else list(_DEFAULT)
    rows = [{title: value for path, title in columns if (value := _at(user, path)) is not None} for user in users]
    if form == "json":
        return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    file = io.StringIO()
    writer = csv.DictWriter(file, [title for _, title in columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows({title: _cell(value) for title, value in row.items()} for row in rows)
    return file.getvalue()


def _at(user: Document, path: str) -> Any:
    """Return the value at a path such as `identities[0].connection`; nothing private can be named."""
    value: Any = user
    for index, name in _STEP.findall(path):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif name and isinstance(value, dict) and not name.startswith("_"):
            value = value.get(name)
        else:
            return None
    return value


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else json.dumps(value)


def route(tenant: Tenant) -> Route:
    """Return the route that hands out the files; whoever knows the link may fetch one."""

    async def fetch(request: Request) -> Response:
        found = tenant.store.get("exports", request.path_params["secret"])
        if found is None:
            return PlainTextResponse("Not found.", 404)
        return Response(gzip.compress(found["text"].encode()), media_type="application/gzip")

    return Route("/_exports/{secret}/{name}", fetch, methods=["GET"])
