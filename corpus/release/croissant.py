"""croissant.json: the release described in Croissant 1.0, for machines that learn; pure."""

from __future__ import annotations

import json
from typing import Any

from corpus.release import wording
from corpus.release.manifest import Manifest
from corpus.release.schema import TABLES, Column, Kind, Table

NAME = "croissant.json"

_PARQUET = "application/x-parquet"
_TYPES: dict[Kind, str] = {"string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64"}
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context of the specification, whole, as its readers expect it."""


def render(manifest: Manifest) -> str:
    """Return the description; it has no date, which is no part of what the digest covers."""
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "citeAs": wording.citation(manifest),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "description": manifest["description"] or wording.title(manifest),
        "distribution": _distribution(manifest),
        "inLanguage": "en",
        "isLiveDataset": False,
        "keywords": list(wording.KEYWORDS),
        "license": manifest["licence"],
        "name": wording.title(manifest),
        "recordSet": [_record_set(manifest, table) for table in TABLES.values()],
        "version": manifest["version"],
    }
    return f"{json.dumps(described, sort_keys=True, ensure_ascii=False, indent=1)}\n"


def _parts(manifest: Manifest, table: Table) -> list[str]:
    return sorted(name for name in manifest["files"] if name.startswith(f"data/{table.name}/"))


def _distribution(manifest: Manifest) -> list[dict[str, Any]]:
    """Every part by itself, so that its hash stands there; together where there are several."""
    listed = []
    for table in TABLES.values():
        parts = _parts(manifest, table)
        listed += [_file_object(manifest, part) for part in parts]
        listed += [_file_set(table)] if len(parts) > 1 else []
    return listed


def _file_object(manifest: Manifest, name: str) -> dict[str, Any]:
    file = manifest["files"][name]
    return {
        "@id": name,
        "@type": "cr:FileObject",
        "contentSize": f"{file['bytes']} B",
        "contentUrl": name,
        "encodingFormat": _PARQUET,
        "name": name,
        "sha256": file["sha256"],
    }


def _file_set(table: Table) -> dict[str, Any]:
    return {
        "@id": _file_set_id(table),
        "@type": "cr:FileSet",
        "description": f"all parts of {table.name}, in order of their names",
        "encodingFormat": _PARQUET,
        "includes": f"data/{table.name}/*.parquet",
        "name": _file_set_id(table),
    }


def _file_set_id(table: Table) -> str:
    return f"{table.name}-parts"


def _record_set(manifest: Manifest, table: Table) -> dict[str, Any]:
    parts = _parts(manifest, table)
    several = {"fileSet": {"@id": _file_set_id(table)}}
    source = several if len(parts) > 1 else {"fileObject": {"@id": parts[0]}}
    return {
        "@id": table.name,
        "@type": "cr:RecordSet",
        "description": table.about,
        "field": [_field(table, column, source) for column in table.columns],
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "name": table.name,
    }


def _field(table: Table, column: Column, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"{table.name}/{column.name}",
        "@type": "cr:Field",
        "dataType": _TYPES[column.kind],
        "description": column.about,
        "name": column.name,
        "source": {**source, "extract": {"column": column.name}},
    }
