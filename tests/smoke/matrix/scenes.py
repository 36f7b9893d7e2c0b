"""Tenants that keep the contract, each with something that the others do not declare; the matrix makes them break it."""

from __future__ import annotations

from tests.smoke.matrix.direct_scenes import DIALECTS, DIRECT, FACTOR, LOST, MACHINES, MANY, SEALED, SWAP, USUAL
from tests.smoke.matrix.page_scenes import KEYS, MEMBERS, PUSHED, SHOP, SHORT, STRANGERS, VETERAN
from tests.smoke.matrix.scene import Scene

SCENES: dict[str, Scene] = {
    "shop": SHOP,
    "short": SHORT,
    "keys": KEYS,
    "pushed": PUSHED,
    "strangers": STRANGERS,
    "veteran": VETERAN,
    "members": MEMBERS,
    "direct": DIRECT,
    "lost": LOST,
    "factor": FACTOR,
    "swap": SWAP,
    "usual": USUAL,
    "many": MANY,
    "sealed": SEALED,
    "machines": MACHINES,
    "dialects": DIALECTS,
}
