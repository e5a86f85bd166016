from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

from core.checkpoint import CheckpointInfo, load_checkpoint, save_checkpoint
from core.errors import CheckpointError
from core.export import FORMATS, export_model, metadata_of, require_exportable
from core.learning.context import Context
from core.learning.tensorflow_runtime import import_tensorflow
from core.models import build_cnn, build_fc, fit_scaler
from tests.core.labelled_tables import CLASSES, SPEC

CONTEXT = Context.of(SPEC.columns)
SAME = 1e-5


@pytest.fixture(scope="module", params=["fc", "cnn"])
def model(request, tmp_path_factory):
    """A model whose scaler and logarithm do something, as a file."""
    rng = np.random.default_rng(0)
    if request.param == "fc":
        network = build_fc(n_features=53, n_classes=3, seed=1)
        floors = np.where(np.arange(53) % 2, 0, 0.01).astype(np.float32)
        fit_scaler(network, rng.random((9, 53), dtype=np.float32), floors=floors)
    else:
        network = build_cnn(n_frames=64, n_bands=25, n_classes=3, seed=1)
        fit_scaler(network, rng.random((9, 25), dtype=np.float32))
    info = CheckpointInfo(
        request.param,
        CLASSES,
        SPEC.to_dict(),
        context=CONTEXT.to_dict() if request.param == "cnn" else None,
        split={"training": ["a secret name"], "validation": []},
    )
    path = tmp_path_factory.mktemp(request.param) / "m.keras"
    save_checkpoint(network, info, path)
    return path


def expected_of(model, n=7):
    """Examples, and what the checkpoint makes of them."""
    checkpoint = load_checkpoint(model)
    shape = (n, *checkpoint.info.input_shape)
    inputs = np.random.default_rng(1).normal(0, 2, shape).astype(np.float32)
    return inputs, checkpoint.probabilities(inputs)


def run_tflite(path, inputs):
    with warnings.catch_warnings():
        # TensorFlow's own says that it moves elsewhere some day.
        warnings.simplefilter("ignore", UserWarning)
        runtime = import_tensorflow().lite.Interpreter(str(path))
    (place,), (result,) = runtime.get_input_details(), runtime.get_output_details()
    runtime.resize_tensor_input(place["index"], inputs.shape)
    runtime.allocate_tensors()
    runtime.set_tensor(place["index"], inputs)
    runtime.invoke()
    return runtime.get_tensor(result["index"])


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_checkpoint_stays_a_checkpoint_under_either_ending(model, tmp_path, suffix):
    out = tmp_path / "new" / f"out{suffix}"
    done = export_model(model, out)
    inputs, expected = expected_of(model)
    copy = load_checkpoint(out)
    assert copy.info == load_checkpoint(model).info
    assert np.allclose(copy.probabilities(inputs), expected, atol=SAME)
    assert (done.file, done.metadata_file, done.n_bytes) == (out, None, out.stat().st_size)
    assert [p.name for p in out.parent.iterdir()] == [out.name]


def test_tflite_gives_the_same_probabilities_and_its_metadata_lie_beside(model, tmp_path, capfd):
    out = tmp_path / "m.tflite"
    done = export_model(model, out)
    for n in (7, 1):
        inputs, expected = expected_of(model, n)
        assert np.allclose(run_tflite(out, inputs), expected, atol=SAME)
    assert done.metadata_file == tmp_path / "m.tflite.meta.json"
    known = json.loads(done.metadata_file.read_text())
    assert known == metadata_of(load_checkpoint(model).info)
    # What runs it reads results from the standard output.
    assert capfd.readouterr().out == ""


def test_onnx_gives_the_same_probabilities_and_has_its_metadata_in_it(model, tmp_path):
    import onnx
    from onnx.reference import ReferenceEvaluator

    out = tmp_path / "m.onnx"
    export_model(model, out)
    assert [p.name for p in tmp_path.iterdir()] == ["m.onnx"]
    graph = onnx.load(str(out))
    known = {entry.key: entry.value for entry in graph.metadata_props}
    expected = metadata_of(load_checkpoint(model).info)
    assert {k: v if isinstance(expected[k], str) else json.loads(v) for k, v in known.items()} == (
        expected
    )
    inputs, probabilities = expected_of(model)
    (name,) = (value.name for value in graph.graph.input)
    (found,) = ReferenceEvaluator(graph).run(["probabilities"], {name: inputs})
    assert np.allclose(found, probabilities, atol=SAME)


RUN_BY_ONNXRUNTIME = """
import json, sys
import numpy as np, onnxruntime
model, inputs, outputs = sys.argv[1:]
runtime = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
(place,) = runtime.get_inputs()
(found,) = runtime.run(["probabilities"], {place.name: np.load(inputs)})
np.save(outputs, found)
print(runtime.get_modelmeta().custom_metadata_map["classes"])
"""


@pytest.mark.parametrize("n", [7, 1])
def test_onnxruntime_gives_the_same_probabilities(model, tmp_path, n):
    export_model(model, tmp_path / "m.onnx")
    inputs, expected = expected_of(model, n)
    np.save(tmp_path / "inputs.npy", inputs)
    files = [tmp_path / name for name in ("m.onnx", "inputs.npy", "outputs.npy")]
    # A process of its own, since it keeps a file that numbers sessions in the temporary folder.
    done = subprocess.run(
        [sys.executable, "-c", RUN_BY_ONNXRUNTIME, *files],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == list(CLASSES)
    assert np.allclose(np.load(files[-1]), expected, atol=SAME)


def test_the_metadata_tell_what_goes_in_and_what_comes_out():
    fc = metadata_of(CheckpointInfo("fc", CLASSES, SPEC.to_dict()))
    cnn = metadata_of(CheckpointInfo("cnn", CLASSES, SPEC.to_dict(), context=CONTEXT.to_dict()))
    assert fc["classes"] == cnn["classes"] == list(CLASSES)
    assert fc["inputs"] == list(SPEC.columns)
    assert cnn["inputs"] == list(CONTEXT.columns)
    assert cnn["context"]["floors"] == list(CONTEXT.floors)
    assert (fc["sample_rate"], fc["frame_size"], fc["hop_size"]) == (
        *(SPEC.sample_rate, SPEC.frame_size, SPEC.hop_size),
    )
    for word in ("log", "median", "reflected", "n_before"):
        assert word in cnn["preparation"]


def test_the_patch_is_made_as_its_words_say():
    """By the formula alone, as somebody else would write it who has nothing but the metadata."""
    told = metadata_of(CheckpointInfo("cnn", CLASSES, SPEC.to_dict(), context=CONTEXT.to_dict()))
    context = told["context"]
    matrix = np.random.default_rng(3).random((100, 25)).astype(np.float32)
    logs = np.log(np.maximum(matrix, 0) + np.array(context["floors"], np.float32))
    relative = logs - np.median(logs, axis=0)
    for i in (0, 5, 50, 99):
        frames = np.arange(i - context["n_before"], i - context["n_before"] + context["n_frames"])
        frames = np.abs(frames)
        frames = np.where(frames > 99, 2 * 99 - frames, frames)
        rows = CONTEXT.rows_of(matrix)[i : i + CONTEXT.n_frames]
        assert np.allclose(relative[frames], rows, atol=1e-5)


def test_no_recording_is_named_elsewhere(model):
    assert "secret" not in json.dumps(metadata_of(load_checkpoint(model).info))


@pytest.mark.parametrize("name", ["m", "m.pkl", "m.pb", "m.ONNX"])
def test_another_ending_is_refused_and_all_are_named(model, tmp_path, name):
    with pytest.raises(CheckpointError, match="none that a model can be exported as") as error:
        export_model(model, tmp_path / name)
    assert all(suffix in error.value.hint for suffix in FORMATS)
    assert not list(tmp_path.iterdir())


def test_without_the_extra_a_sentence_says_how_to_get_it(model, tmp_path, monkeypatch):
    monkeypatch.setattr("core.export.find_spec", lambda _name: None)
    with pytest.raises(CheckpointError, match="not installed") as error:
        export_model(model, tmp_path / "m.onnx")
    assert "pip install 'tf2onnx>=" in error.value.hint
    require_exportable(tmp_path / "m.tflite")


def test_a_model_is_not_exported_onto_itself(model, tmp_path):
    (tmp_path / "link.keras").symlink_to(model)
    before = model.read_bytes()
    for out in (model, tmp_path / "link.keras"):
        with pytest.raises(CheckpointError, match="is the model that is to be exported"):
            export_model(model, out)
    assert model.read_bytes() == before


def test_what_is_no_model_is_refused_before_anything_is_written(tmp_path):
    broken = tmp_path / "m.keras"
    broken.write_bytes(b"PK")
    with pytest.raises(CheckpointError, match="damaged"):
        export_model(broken, tmp_path / "out" / "m.tflite")
    assert [p.name for p in tmp_path.iterdir()] == ["m.keras"]
