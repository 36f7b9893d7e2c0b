"""What a web page that the developer happens to have open can do to an emulator on the same machine, in Chromium."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tenantry.emulator import Emulator, ServeOptions, listening
from tests.loopback import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

PAGE = """<!doctype html><meta charset="utf-8"><pre id="seen"></pre><script>
const base = decodeURIComponent(location.hash.slice(1)), seen = {};
const form = 'grant_type=client_credentials&client_id=tenantry-emulator&client_secret=tenantry-emulator-secret'
  + '&audience=' + encodeURIComponent(base + '/api/v2/');
const post = (path, options) => fetch(base + path, {method: 'POST', ...options});
const attempts = {
  login: () => post('/oauth/token', {body: new URLSearchParams(form)}),
  mint: () => post('/_emulator/token', {body: '{"application": "web", "api": "x"}'}),
  reset: () => post('/_emulator/reset'),
  blind_reset: () => post('/_emulator/reset', {mode: 'no-cors'}),
  page: () => fetch(base + '/'),
  keys: () => fetch(base + '/.well-known/jwks.json'),
};
(async () => {
  for (const [name, attempt] of Object.entries(attempts))
    seen[name] = await attempt().then(answer => answer.text()).catch(() => null);
  document.getElementById('seen').textContent = JSON.stringify(seen);
})();
</script>"""


@pytest.fixture
def site() -> Iterator[str]:
    with Pages({"*": ("text/html", PAGE)}).served() as url:
        yield url


async def visited(emulator: Emulator, site: str, profile: Path) -> dict[str, Any]:
    """Return what the page's script could read of each thing it tried."""
    async with listening(emulator, ServeOptions(port=0, tls_port=None)) as served:
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        options += ["--virtual-time-budget=10000", "--dump-dom", f"{site}/#{served.http_url}"]
        process = await asyncio.create_subprocess_exec(
            str(CHROMIUM), *options, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            dom, _ = await asyncio.wait_for(process.communicate(), 60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    found = re.search(r'<pre id="seen">(.+?)</pre>', dom.decode(), re.DOTALL)
    assert found, "the page's script did not end"
    seen: dict[str, Any] = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return seen


def test_a_foreign_page_can_neither_read_a_token_nor_reset_the_tenant(site: str, tmp_path: Path) -> None:
    with Emulator("dev") as emulator:
        emulator.tenant.store.put("clients", "web", {"client_id": "web", "name": "web"})
        seen = asyncio.run(visited(emulator, site, tmp_path))
        assert emulator.tenant.store.get("clients", "web") is not None
    assert seen == dict.fromkeys(seen) | {"blind_reset": ""}  # an opaque answer has an empty body to the page
    assert len(seen) == 6


def test_a_registered_origin_can_log_in_and_still_not_touch_the_control(site: str, tmp_path: Path) -> None:
    with Emulator("dev") as emulator:
        emulator.tenant.store.put("clients", "web", {"client_id": "web", "name": "web", "callbacks": [f"{site}/cb"]})
        seen = asyncio.run(visited(emulator, site, tmp_path))
        assert emulator.tenant.store.get("clients", "web") is not None
    assert "access_token" in seen["login"]
    assert "keys" in json.loads(seen["keys"])
    assert (seen["mint"], seen["reset"]) == (None, None)
