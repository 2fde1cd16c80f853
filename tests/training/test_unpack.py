"""A model's folder is enough to go on from."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the training extra")

import torch

from corpus.detect.ner.model import CLASSES
from training import average, base, export, record, stage2, unpack
from training.early import EarlyExit
from training.network import Network


@pytest.fixture(scope="module")
def network() -> EarlyExit:
    torch.manual_seed(3)
    made: EarlyExit = EarlyExit(Network(base.tokenizer().get_vocab_size(), len(CLASSES)))
    for parameter in made.parameters():  # no bias, norm or shape is to be zero or one
        torch.nn.init.normal_(parameter, std=0.1)
    return made


def test_weights_come_back_from_a_folder_to_within_the_steps_of_int8(
    network: EarlyExit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.write(network, tmp_path)
    record.save(tmp_path / "model.onnx", {}, {"seed": 3})
    out = tmp_path / "back.pt"
    monkeypatch.setattr("sys.argv", ["unpack", "--model", str(tmp_path), "--out", str(out)])
    unpack.main()
    assert record.recipes(out) == [{"seed": 3}]
    back = torch.load(out, weights_only=True)
    for name, value in network.state_dict().items():
        # Matrices have steps of a 64th of the greatest value in their column, half of it is lost.
        room = 0.006 if value.ndim > 1 else 0
        torch.testing.assert_close(back[name], value, rtol=0, atol=room)


def test_stage_2_goes_on_from_weights_of_stage_3_without_their_early_head(
    network: EarlyExit, tmp_path: Path
) -> None:
    torch.save(network.state_dict(), tmp_path / "w.pt")
    begun = stage2.further(tmp_path / "w.pt").state_dict()
    assert all(torch.equal(begun[k], v) for k, v in network.network.state_dict().items())


def test_the_mean_of_two_chains_has_read_what_both_read(tmp_path: Path) -> None:
    start, one, two = (tmp_path / f"{name}.pt" for name in ("start", "one", "two"))
    for path in (start, one, two):
        torch.save({"a": torch.zeros(1)}, path)
    talk = record.Read(texts=1, words=2, seen=3)
    record.save(start, {"open": talk}, {"seed": 0})
    record.save(one, {"real": talk}, {"seed": 1}, start)
    record.save(two, {"real": talk, "written": talk}, {"seed": 2}, start)

    average.average([one, one, two], tmp_path / "mean.pt")
    read = record.load(tmp_path / "mean.pt")
    assert {source: row.seen for source, row in read.items()} == {
        "open": 6,
        "real": 6,
        "written": 3,
    }
    assert record.recipes(tmp_path / "mean.pt")[-1]["beside"] == [[{"seed": 0}, {"seed": 1}]]

    average.average([one, tmp_path / "mean.pt"], tmp_path / "again.pt")  # it is part of the mean
    assert record.load(tmp_path / "again.pt") == read

    average.average([start, two], tmp_path / "along.pt")  # what the last went on from is no chain
    assert record.load(tmp_path / "along.pt")["open"].seen == 3
