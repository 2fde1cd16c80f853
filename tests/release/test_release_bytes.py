"""The same content gives the same bytes, and the bytes hold nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.model import Redacted
from corpus.release import parquet, rows
from corpus.release.schema import FORMAT, TABLES

Made = Callable[..., Path]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_input_order_does_not_reach_the_bytes(
    made: Made, redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    many = [replace(redacted[0], transcript_id=f"work_{n:04d}") for n in range(10, 60)]
    one = made(tmp_path / "a", redacted=many)
    random.Random(7).shuffle(many)
    other = made(tmp_path / "b", redacted=iter(many))
    assert contents(one) == contents(other)


SCRIPT = """
import sys
from pathlib import Path
from corpus.model import Redacted, Redaction, RedactedTurn
from corpus.release.claims import About
from corpus.release.write import write

labels = {"PERSON", "AGE", "DATE", "EMPLOYER", "URL"}
turn = RedactedTurn(index=0, speaker="P", role="participant", text="x" * 9)
redactions = tuple(
    Redaction(turn=0, field="text", start=i, end=i + 1, label=label, mask="direct", operator="mask")
    for i, label in enumerate(sorted(labels))
)
transcripts = {
    Redacted(transcript_id=f"{c}_0001", cohort=c, turns=(turn,), redactions=redactions)
    for c in ("work", "science", "creativity")
}
about = About(name="n", licence="MIT", description="d", rules="", detector="", model=None,
              policy="", policy_digest="", roster=False, consent_required=False,
              access="open", findings=dict.fromkeys(labels, 3))
write(Path(sys.argv[1]), "1.0.0", redacted=transcripts, withheld=(), about=about)
"""


def test_hash_seed_and_time_zone_do_not_reach_the_bytes(tmp_path: Path) -> None:
    found = []
    for seed, zone in [("0", "UTC"), ("1", "Asia/Tokyo")]:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        root = tmp_path / seed
        subprocess.run([sys.executable, "-c", SCRIPT, root], env=environment, check=True)
        found.append(contents(root / "1.0.0"))
    assert found[0] == found[1]


def test_the_bytes_of_a_table_depend_on_its_rows_alone(redacted: tuple[Redacted, ...]) -> None:
    table = TABLES["turns"]
    lists = list(rows.of("turns", redacted))
    one = list(parquet.parts(table, lists, b"{}"))
    assert one == list(parquet.parts(table, iter(lists), b"{}"))


def test_footers_quote_no_text_and_carry_no_foreign_metadata(made: Made, tmp_path: Path) -> None:
    folder = made(tmp_path)
    for name, table in TABLES.items():
        metadata = pq.ParquetFile(folder / f"data/{name}/part-00000.parquet").metadata
        assert list(metadata.metadata) == [b"corpus"]
        assert json.loads(metadata.metadata[b"corpus"]) == {
            "corpus": "Invented interviews",
            "format": FORMAT,
            "table": name,
            "version": "1.0.0",
        }
        group = metadata.row_group(0)
        described = {
            group.column(i).path_in_schema: group.column(i) for i in range(metadata.num_columns)
        }
        quoted = {n for n, column in described.items() if column.is_stats_set}
        assert quoted == {c.name for c in table.columns} - {"text", "speaker"}
        indexed = {n for n, column in described.items() if column.has_column_index}
        assert indexed == quoted


def test_what_follows_the_pages_of_a_file_quotes_no_utterance(
    made: Made, redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    first, *rest = redacted[0].turns
    said = replace(redacted[0], turns=(replace(first, speaker="quagga", text="zanzibar"), *rest))
    path = made(tmp_path, redacted=[said]) / "data/turns/part-00000.parquet"
    group = pq.ParquetFile(path).metadata.row_group(0)
    text = group.column(group.num_columns - 1)
    pages_end = text.data_page_offset + text.total_compressed_size
    data = path.read_bytes()
    assert b"zanzibar" in data[:pages_end]
    assert b"science_0002" in data[pages_end:]
    assert not re.search(b"quagga|zanzibar", data[pages_end:])


def test_the_release_tells_nothing_of_withheld_transcripts_but_their_number(
    made: Made, tmp_path: Path
) -> None:
    folder = made(tmp_path)
    for data in contents(folder).values():
        assert b"work_0002" not in data
        assert b"10 to 14" not in data
    ingested = json.loads((folder / "manifest.json").read_bytes())["ingested"]
    assert ingested == {
        "transcripts": 4,
        "withheld": 1,
        "withheld_by_reason": {"surface-survives": 1},
        "consent_required": True,
        "access": "open",
        "findings": 9,
        "findings_by_label": {"PERSON": 4, "EMPLOYER": 4, "LOCATION": 1},
    }


def test_the_counts_of_the_manifest_add_up(made: Made, tmp_path: Path) -> None:
    manifest = json.loads((made(tmp_path) / "manifest.json").read_bytes())
    counts, each = manifest["counts"], manifest["transcripts"].values()
    assert counts["turns"] == sum(t["turns"] for t in each) == 6
    assert counts["words"] == sum(t["words"] for t in each) == 33
    assert counts["kept"] == sum(t["kept"] for t in each) == 3
    assert counts["redactions"] == 6
    for split in ("label", "mask", "operator"):
        assert sum(counts[f"redactions_by_{split}"].values()) == 6
    assert sum(n for t in each for n in t["redactions_by_label"].values()) == 6
    assert counts["transcripts_by_cohort"] == {"science": 1, "work": 2}
    assert {n: t["rows"] for n, t in manifest["tables"].items()} == {n: counts[n] for n in TABLES}


def test_a_date_comes_only_from_argument_or_environment_and_is_not_digested(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folders = [made(tmp_path / "none"), made(tmp_path / "given", date=dt.date(2026, 3, 1))]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    folders.append(made(tmp_path / "environment"))
    manifests = [json.loads((f / "manifest.json").read_bytes()) for f in folders]
    assert [m["date"] for m in manifests] == [None, "2026-03-01", "1970-01-02"]
    assert len({m["digest"] for m in manifests}) == 1


def test_the_release_digest_can_be_recomputed_as_the_manual_says(
    made: Made, tmp_path: Path
) -> None:
    manifest = json.loads((made(tmp_path) / "manifest.json").read_bytes())
    claimed = manifest.pop("digest")
    manifest.pop("date")
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert claimed == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_no_path_host_or_clock_stands_in_the_small_files(made: Made, tmp_path: Path) -> None:
    folder = made(tmp_path)
    year = str(dt.datetime.now(dt.UTC).year)
    for name in ("manifest.json", "README.md"):
        text = (folder / name).read_text(encoding="utf-8")
        assert str(tmp_path) not in text
        assert os.uname().nodename not in text
        assert not re.search(rf"\b{year}\b", text)
