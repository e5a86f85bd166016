"""A trained model for elsewhere: a whole checkpoint under another ending, or a foreign format."""

from __future__ import annotations

import importlib
import json
import tempfile
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoint import load_checkpoint, read_checkpoint_info, save_checkpoint
from core.errors import CheckpointError
from core.learning.context import Context
from core.learning.model_file import HDF5_SUFFIX, KERAS_SUFFIX
from core.learning.tensorflow_runtime import import_tensorflow
from core.progress import Progress, ignore
from core.storage import replacing, write_json

if TYPE_CHECKING:
    from core.checkpoint import Checkpoint, CheckpointInfo
    from core.progress import Report

ONNX_SUFFIX = ".onnx"
TFLITE_SUFFIX = ".tflite"

FORMATS = {
    KERAS_SUFFIX: "Keras, to be used by this program",
    HDF5_SUFFIX: "HDF5, to be used by this program",
    ONNX_SUFFIX: "ONNX, to be used by other programs",
    TFLITE_SUFFIX: "TFLite, to be used by other programs and small devices",
}
"""By its ending, what a model can be exported as."""

ONNX_HINT = "Install what makes them: pip install 'tf2onnx>=1.17'"

PROBABILITIES = "probabilities"
"""Name of the output in a foreign format."""

FRAME = (
    "One row for each frame: the features in the order of `inputs`, as they are. The frame is "
    "multiplied with no window for loudness, with a Hann window for the rest. Logarithm and "
    "standardisation are in the model."
)
PATCH = (
    "One patch for each frame i: the frames i - n_before to i - n_before + n_frames - 1 by the "
    "features in the order of `inputs`. Of each feature: log(max(x, 0) + floor), less the median "
    "of that over all frames of the recording; before the first frame and after the last one the "
    "frames are reflected, the edge itself not repeated. Standardisation is in the model."
)


@dataclass(frozen=True)
class ExportResult:
    """What was exported.

    Parameters
    ----------
    file : Path
        The model.
    metadata_file : Path or None
        What a reader must know of it, beside it; None if it is in the file itself.
    n_bytes : int
        Size of the model.
    """

    file: Path
    metadata_file: Path | None
    n_bytes: int


def export_model(model: Path, out: Path, *, report: Report = ignore) -> ExportResult:
    """Write a trained model as another file, by the ending of its name.

    Parameters
    ----------
    model : Path
        The trained model, .keras or .h5.
    out : Path
        The file to be written, with an ending of `FORMATS`. What ends in .keras or .h5 is a whole
        checkpoint, which `load_checkpoint` reads. In .onnx the metadata of `metadata_of` lie in the
        file; beside `m.tflite`, which has no room for them, lies `m.tflite.meta.json`.
    report : Report
        Told what is done; may raise `Cancelled`.

    Returns
    -------
    ExportResult
        Where it lies.

    Raises
    ------
    CheckpointError
        If the model cannot be used, the ending is another one, `out` is the model itself, or what
        writes ONNX is not installed.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    require_exportable(out)
    info = read_checkpoint_info(model)
    if out.exists() and out.samefile(model):
        msg = f"{out} is the model that is to be exported"
        raise CheckpointError(msg, hint="Choose another name.")
    report(Progress("export", text="Starting TensorFlow"))
    import_tensorflow()
    report(Progress("export", text=f"Reading {model.name}"))
    checkpoint = load_checkpoint(model)
    report(Progress("export", text=f"Writing {out.name}"))
    metadata_file: Path | None = None
    if out.suffix == ONNX_SUFFIX:
        _write_onnx(checkpoint, out)
    elif out.suffix == TFLITE_SUFFIX:
        metadata_file = out.with_name(f"{out.name}.meta.json")
        _write_tflite(checkpoint, out)
        write_json(metadata_file, metadata_of(info))
    else:
        save_checkpoint(checkpoint.model, info, out)
    return ExportResult(out, metadata_file, out.stat().st_size)


def require_exportable(out: Path) -> None:
    """Refuse a file that no model can be exported to, before anything is read.

    Parameters
    ----------
    out : Path
        The file to be written.

    Raises
    ------
    CheckpointError
        If its ending is none of `FORMATS`, or what writes ONNX is not installed.
    """
    if out.suffix not in FORMATS:
        *others, last = FORMATS
        msg = f"The ending of {out.name} is none that a model can be exported as"
        raise CheckpointError(msg, hint=f"Use a name that ends in {', '.join(others)} or {last}.")
    if out.suffix == ONNX_SUFFIX and find_spec("tf2onnx") is None:
        msg = "What writes ONNX files is not installed"
        raise CheckpointError(msg, hint=ONNX_HINT)


def metadata_of(info: CheckpointInfo) -> dict[str, Any]:
    """All that another program must know to use a model: in a foreign format, it is lost.

    Parameters
    ----------
    info : CheckpointInfo
        What is known of the model.

    Returns
    -------
    dict
        Fit for JSON: `classes` in the order of the probabilities, `inputs` by name in their order,
        `preparation` in words with its numbers in `context`, the grid of the frames in
        `sample_rate`, `frame_size` and `hop_size`, and the whole feature spec.
    """
    spec = info.spec
    context = None if info.context is None else Context.from_dict(info.context)
    return {
        "kind": info.kind,
        "classes": list(info.classes),
        "inputs": list(spec.columns if context is None else context.columns),
        "preparation": FRAME if context is None else PATCH,
        "context": None if context is None else context.to_dict(),
        "sample_rate": spec.sample_rate,
        "frame_size": spec.frame_size,
        "hop_size": spec.hop_size,
        "features": info.features,
        "transcode": info.transcode,
        "versions": info.versions,
    }


def _write_onnx(checkpoint: Checkpoint, out: Path) -> None:
    # By their names: they are an extra, and where they are missing nothing else may fail.
    onnx = importlib.import_module("onnx")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{ONNX_SUFFIX}"
        with warnings.catch_warnings():
            # What Keras and tf2onnx use of NumPy's past is no news to the user of this program.
            warnings.simplefilter("ignore")
            checkpoint.model.export(
                str(file), format="onnx", verbose=False, input_signature=_signature(checkpoint)
            )
        model: Any = onnx.load(str(file))
    _name_output(model.graph)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n_examples"
    known = metadata_of(checkpoint.info)
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in known.items()}
    onnx.helper.set_model_props(model, texts)
    onnx.checker.check_model(model, full_check=True)
    with replacing(out) as part:
        part.write_bytes(model.SerializeToString())


def _name_output(graph: Any) -> None:  # noqa: ANN401  ONNX is optional
    """Name the output for what it is, wherever the graph names it."""
    (output,) = graph.output
    name = output.name
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [PROBABILITIES if n == name else n for n in names]
    output.name = PROBABILITIES


def _write_tflite(checkpoint: Checkpoint, out: Path) -> None:
    tf = import_tensorflow()
    with tempfile.TemporaryDirectory() as folder:
        # By way of a file: from the model itself the converter lists it on the standard output.
        checkpoint.model.export(folder, verbose=False, input_signature=_signature(checkpoint))
        content: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    with replacing(out) as part:
        part.write_bytes(content)


def _signature(checkpoint: Checkpoint) -> list[Any]:
    """What goes in, any number at once: a model that was read was not yet called with anything."""
    tf = import_tensorflow()
    (placeholder,) = checkpoint.model.inputs
    return [tf.TensorSpec([None, *checkpoint.info.input_shape], tf.float32, name=placeholder.name)]
