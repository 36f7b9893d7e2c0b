"""What a file declares and at the same time says to leave alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tenantry.kinds import KINDS
from tenantry.model.place import Path
from tenantry.model.state import Manage, Resource


def ignored(resources: Iterable[Resource], manage: Manage) -> Iterator[tuple[Resource, Path, str]]:
    """Yield each declared resource that ``manage.ignore`` hides: it would never be found, and be created by every run."""
    for resource in resources:
        for path, name in _names(resource):
            pattern = next((each for each in manage.ignore.get(resource.address.section, ()) if fnmatchcase(name, each)), None)
            if pattern is not None:
                yield resource, path, f"{name} is declared, and left alone by `manage.ignore` (`{pattern}`); {WAYS_ON}"


WAYS_ON = (
    "narrow the pattern, take back what a fragment declares with `${unset}`, or declare it with"
    " `lifecycle: {managed: false}` in place of the pattern"
)


def _names(resource: Resource) -> Iterator[tuple[Path, str]]:
    """Yield what the resource is found by, now or before; references are none, for patterns are about names."""
    kind = KINDS[resource.address.section]
    for key in kind.key:
        value = resource.fields.get(key)
        if isinstance(value, str) and len(kind.key) == 1 and not kind.key_refs:
            yield (key,), value
    if resource.lifecycle.renamed_from:
        yield ("lifecycle", "renamed_from"), resource.lifecycle.renamed_from
