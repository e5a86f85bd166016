"""A trained model as one file: the network, its scaler, and all that prediction needs to know."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from core.errors import CheckpointError, FeatureError
from core.features.spec import FeatureSpec
from core.learning.context import Context
from core.learning.model_file import add_record, check_name, read_record, require_harmless
from core.learning.tensorflow_runtime import import_keras, import_tensorflow
from core.storage import replacing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.learning.tensorflow_runtime import KerasModel
    from core.table_meta import TableMeta

CHECKPOINT_FORMAT = 2
"""1 did not tell whether a training was stopped by hand."""

KINDS = ("fc", "cnn")


@dataclass(frozen=True)
class CheckpointInfo:
    """What is known of a model without loading it.

    Parameters
    ----------
    kind : str
        ``"fc"`` or ``"cnn"``.
    classes : tuple of str
        From the quietest to the loudest: the model's outputs in order.
    features : dict
        The feature spec, as its `to_dict` gave it.
    context : dict or None
        What the model sees around a frame, as `Context.to_dict` gave it; None if the frame alone.
    transcode : dict
        How the audio was transcoded: settings that prediction has to repeat.
    config : dict
        The settings of the training, with its seed.
    dataset : dict
        `name` and `sha256` of the dataset.
    split : dict
        Names of the recordings on the sides ``"training"`` and ``"validation"``.
    class_counts : dict
        Labelled frames of each class on each side.
    n_epochs, best_epoch : int
        Epochs trained, and the one (from 1) whose weights these are.
    stopped_by_hand : bool
        Whether the user ended the training while it went on.
    validation : dict or None
        The model's metrics on the validation side; None if it has no frames.
    versions : dict
        Of this program and of the libraries.
    """

    kind: str
    classes: tuple[str, ...]
    features: dict[str, Any]
    context: dict[str, Any] | None = None
    transcode: dict[str, Any] = field(default_factory=dict[str, Any])
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    dataset: dict[str, Any] = field(default_factory=dict[str, Any])
    split: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    class_counts: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    n_epochs: int = 0
    best_epoch: int = 0
    stopped_by_hand: bool = False
    validation: dict[str, Any] | None = None
    versions: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Check what the rest of the program relies on."""
        named = [c for c in self.classes if type(c) is str and c.strip()]
        if self.kind not in KINDS or len(set(named)) != len(self.classes) or len(named) < 2:  # noqa: PLR2004
            msg = f"unknown kind {self.kind!r} or classes {self.classes!r}"
            raise ValueError(msg)
        if (self.context is None) != (self.kind == "fc"):
            msg = f"the context does not belong to {self.kind!r}"
            raise ValueError(msg)
        tables = self.features, self.transcode, self.config, self.dataset, self.split
        if not all(type(t) is dict for t in tables):
            msg = "a table is no table"
            raise TypeError(msg)

    @property
    def spec(self) -> FeatureSpec:
        """What is computed from each frame, the sample rate and the grid included."""
        return FeatureSpec.from_dict(self.features)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        if self.context is None:
            return (len(self.spec.columns),)
        context = Context.from_dict(self.context)
        return context.n_frames, len(context.columns)

    def to_dict(self) -> dict[str, Any]:
        """Everything, fit for JSON.

        Returns
        -------
        dict
            With the number of the format under ``"format"``.
        """
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"format": CHECKPOINT_FORMAT, **values, "classes": list(self.classes)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make the information from what `to_dict` gave.

        Parameters
        ----------
        values : dict
            As read from JSON.

        Returns
        -------
        CheckpointInfo
            The same information.

        Raises
        ------
        ValueError, KeyError, TypeError
            If something is missing, unknown or of another type.
        """
        rest: dict[str, Any] = {k: v for k, v in values.items() if k != "format"}
        rest["classes"] = tuple(rest["classes"])
        return cls(**rest)


@dataclass(frozen=True)
class Checkpoint:
    """A model with what is known of it.

    Parameters
    ----------
    model : keras.Model
        From examples to the probabilities of the classes.
    info : CheckpointInfo
        What the model was made from, and what it needs.
    """

    model: KerasModel
    info: CheckpointInfo

    def probabilities(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Classify one batch.

        Parameters
        ----------
        inputs : ndarray of float32, shape (n, *info.input_shape)
            The examples.

        Returns
        -------
        ndarray of float32, shape (n, n_classes)
            Each row sums to 1.
        """
        return self._function(inputs).numpy()

    @cached_property
    def _function(self) -> Any:  # noqa: ANN401  TensorFlow has no types
        tf = import_tensorflow()
        # One signature for batches of any length: without it each length is compiled anew.
        signature = [tf.TensorSpec([None, *self.info.input_shape], tf.float32)]

        def classify(inputs: Any) -> Any:  # noqa: ANN401
            return self.model(inputs, training=False)

        return tf.function(classify, input_signature=signature)


def save_checkpoint(model: KerasModel, info: CheckpointInfo, path: Path) -> None:
    """Write a model file in one step.

    Parameters
    ----------
    model : keras.Model
        Not compiled, so that nothing of the training lies in the file.
    info : CheckpointInfo
        Goes into the file itself.
    path : Path
        Ends in .keras or .h5.

    Raises
    ------
    CheckpointError
        If the ending is another one.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    check_name(path)
    # Keras takes the format from the ending, and HDF5 does not bear a full disk: so the file is
    # made elsewhere, and its bytes are written in one go.
    with replacing(path) as part, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{path.suffix}"
        model.save(file)
        add_record(file, info.to_dict())
        part.write_bytes(file.read_bytes())


def read_checkpoint_info(path: Path) -> CheckpointInfo:
    """Read what is known of a model, in milliseconds and without TensorFlow.

    Parameters
    ----------
    path : Path
        The model file.

    Returns
    -------
    CheckpointInfo
        From the file itself.

    Raises
    ------
    CheckpointError
        If there is no such file, or it is not a model of this program.
    """
    record = read_record(path)
    if not isinstance(record.get("format"), int):
        raise _damaged(path)
    if record["format"] > CHECKPOINT_FORMAT:
        msg = f"{path} was made by a newer version of this program"
        raise CheckpointError(msg, hint="Install the newer version.")
    try:
        info = CheckpointInfo.from_dict(record)
        info.input_shape  # noqa: B018  fails now rather than in the middle of a prediction
    except FeatureError as error:
        msg = f"{path} cannot be used: {error.message[0].lower()}{error.message[1:]}"
        raise CheckpointError(msg, hint=error.hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    return info


def load_checkpoint(path: Path) -> Checkpoint:
    """Load a model, running no code that comes with it.

    Parameters
    ----------
    path : Path
        The model file.

    Returns
    -------
    Checkpoint
        Ready to classify.

    Raises
    ------
    CheckpointError
        If there is no such file, it is damaged, or it holds what this program's models do not.
    """
    info = read_checkpoint_info(path)
    require_harmless(path)
    keras = import_keras()
    # Imported for its effect as well: Keras finds the layers only once they are registered.
    from core.learning.layers import own_layers

    own_layers()
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    # Keras checks little, so that a damaged file fails wherever its numbers are first used.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise _damaged(path) from error
    shapes = (None, *info.input_shape), (None, len(info.classes))
    if (model.input_shape, model.output_shape) != shapes:
        raise _damaged(path)
    return Checkpoint(model, info)


def require_same_features(info: CheckpointInfo, meta: TableMeta, source: Path | str) -> None:
    """Refuse features of another spec than a model was trained on.

    Parameters
    ----------
    info : CheckpointInfo
        The model's.
    meta : TableMeta
        The features'.
    source : Path or str
        Where the features are, for the message.

    Raises
    ------
    CheckpointError
        If the two differ; the message says in what.
    """
    differences = FeatureSpec.from_dict(meta.features).differences(info.spec)
    if differences:
        msg = f"{source} has other features than the model was trained on: {', '.join(differences)}"
        hint = "Extract the features again as the model needs them, or train a model on these."
        raise CheckpointError(msg, hint=hint)


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is damaged", hint="Copy it again, or train the model again.")
