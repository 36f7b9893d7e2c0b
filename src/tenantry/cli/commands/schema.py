"""``tenantry schema``: the JSON Schemas."""

from __future__ import annotations

from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.schemas import documents
from tenantry.files import write_text
from tenantry.render.schemas import OUTPUTS


@click.command("schema", epilog=example("tenantry schema > tenant.schema.json", "tenantry schema --out schemas"))
@click.argument("name", metavar="[NAME]", default="tenant", type=click.Choice(["tenant", *OUTPUTS]))
@click.option("--out", type=options.FOLDER, help="Write all schemas into this folder instead.")
def command(name: str, out: Path | None) -> None:
    """Print the JSON Schema of tenant files.

    Editors use it to complete and check tenant files as you type. NAME picks the schema of a document that `--format json`
    prints: plan, apply, smoke, up, validate, outputs, token, doctor or export.
    """
    texts = documents()
    if out is None:
        click.echo(texts[name], nl=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    for each, text in texts.items():
        file = out / f"{each}.schema.json"
        write_text(file, text)
        click.echo(f"wrote {file}")
