"""Cut out of GitHub's published specification the part that this simulator answers.

The two sources are npm packages: `@octokit/graphql-schema` (GitHub's GraphQL schema) and `@octokit/openapi`
(GitHub's REST description). Only names and types are kept, no descriptions and no examples.
To cut again, in any empty folder:

    npm install --ignore-scripts @octokit/graphql-schema@15.26.1 @octokit/openapi@23.0.2
    cd node_modules/@octokit && python -m github_simulator.specification.cut graphql-schema openapi
"""

import json
from pathlib import Path
from typing import Any

import click

from github_simulator.specification.cut_graphql import cut_schema
from github_simulator.specification.cut_openapi import cut_openapi

HERE = Path(__file__).parent
SCHEMA_FILE = HERE / "schema.graphql"
OPENAPI_FILE = HERE / "openapi.json"
LINE_WIDTH = 110


def cut_packages(graphql_package: Path, openapi_package: Path) -> dict[Path, str]:
    """What the two checked-in files should hold, by file."""
    official_schema = (graphql_package / "schema.graphql").read_text(encoding="utf-8")
    official_openapi = json.loads((openapi_package / "generated" / "api.github.com.json").read_bytes())
    openapi = _compact_lines(cut_openapi(official_openapi)) + "\n"
    return {SCHEMA_FILE: cut_schema(official_schema), OPENAPI_FILE: openapi}


def _compact_lines(value: Any, indent: str = "") -> str:
    """JSON in which whatever fits on a line stands on one line: short to store, and easy to compare."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= LINE_WIDTH or not isinstance(value, dict | list):
        return line
    deeper = indent + " "
    if isinstance(value, list):
        return "[\n" + ",\n".join(deeper + _compact_lines(each, deeper) for each in value) + f"\n{indent}]"
    members = (f"{deeper}{json.dumps(key)}: {_compact_lines(each, deeper)}" for key, each in value.items())
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"


@click.command()
@click.argument("graphql_package", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("openapi_package", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(graphql_package: Path, openapi_package: Path) -> None:
    """Write schema.graphql and openapi.json anew from the two npm packages."""
    for file, text in cut_packages(graphql_package, openapi_package).items():
        file.write_text(text, encoding="utf-8")
        click.echo(f"{file.name}: {len(text):,} characters", err=True)


if __name__ == "__main__":
    main()
