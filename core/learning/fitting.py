"""The epochs of a training: seeded, watched, ended early, and with the best weights kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import SettingsError
from core.learning.examples import TrainingStream, validation_batches
from core.learning.tensorflow_runtime import import_keras
from core.models import SCORES
from core.progress import Cancelled, Progress, StopTraining

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.learning.examples import ExampleSet
    from core.learning.tensorflow_runtime import KerasModel
    from core.progress import Report
    from core.settings import TrainConfig

REPORT_EVERY_S = 0.2
MAXIMUM_UNWATCHED_STEPS = 256

SCORE = "balanced_accuracy"
TALLY = "tally"


@dataclass(frozen=True)
class Pace:
    """How a model is trained fast.

    Parameters
    ----------
    epoch_limit : int or None
        Examples of an epoch at the most, see `balanced_draw`.
    unwatched_examples : int
        Examples between two returns to Python, which cost more than a small network's step; but
        only there is a Cancel noticed.
    validation_batch_size : int
        Examples checked at once.
    """

    epoch_limit: int | None
    unwatched_examples: int
    validation_batch_size: int


@dataclass
class Fit:
    """What came of a training.

    Parameters
    ----------
    history : list of dict
        For each epoch, from 1, its metrics; those of the validation side begin with ``val_``.
    best_epoch : int
        The epoch whose weights the model has, from 1.
    best_score : float or None
        Its balanced accuracy on the validation side; None if that has no frames.
    stopped_by_hand : bool
        Whether it was told to stop while there were epochs to come.
    """

    history: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    best_epoch: int = 0
    best_score: float | None = None
    stopped_by_hand: bool = False


def fit(
    model: KerasModel,
    training: ExampleSet,
    validation: ExampleSet,
    *,
    classes: Sequence[str],
    config: TrainConfig,
    pace: Pace,
    report: Report,
) -> Fit:
    """Train a model until the validation side says that it gets no better.

    Parameters
    ----------
    model : keras.Model
        With its scaler set; left with the best weights, or those of the last epoch if there is no
        validation side.
    training : ExampleSet
        What is learnt from.
    validation : ExampleSet
        What the weights are chosen by; may be empty: then all epochs are trained.
    classes : sequence of str
        From the quietest to the loudest.
    config : TrainConfig
        Batch size, epochs, patience, learning rate and seed.
    pace : Pace
        How it is done fast.
    report : Report
        Told each epoch with its metrics; may raise `Cancelled`, or `StopTraining` to keep the best.

    Returns
    -------
    Fit
        The history, and which epoch was the best.

    Raises
    ------
    SettingsError
        If the loss is no longer a number.
    Cancelled
        If the user cancelled, or stopped before an epoch was done.
    """
    keras = import_keras()
    stream = TrainingStream(
        training,
        n_classes=len(classes),
        batch_size=config.batch_size,
        limit=pace.epoch_limit,
        seed=config.seed,
    )
    watch = _Watch(model, stream, config, report, classes=classes)
    # Probabilities are left out while training: they cost a small network a third of its time.
    # And so the model itself is never compiled: nothing of the training gets into its file.
    learner = keras.Model(model.input, model.get_layer(SCORES).output)
    learner.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[tally_metric(len(classes))],
        steps_per_execution=_unwatched_steps(pace, config, stream),
        jit_compile=False,  # slower for these networks (measured)
    )
    checked = (
        validation_batches(validation, pace.validation_batch_size) if len(validation) else None
    )
    try:
        learner.fit(
            stream.dataset(),
            validation_data=checked,
            epochs=config.epochs,
            shuffle=False,  # the stream does it
            verbose=0,
            callbacks=[watch.callback()],
        )
    except StopTraining:
        if not watch.fit.history:
            raise Cancelled from None
        watch.fit.stopped_by_hand = watch.goes_on
    model.set_weights(watch.best_weights)
    return watch.fit


def _unwatched_steps(pace: Pace, config: TrainConfig, stream: TrainingStream) -> int:
    steps = max(1, pace.unwatched_examples // config.batch_size)
    return min(steps, MAXIMUM_UNWATCHED_STEPS, stream.n_steps)


class _Watch:
    """Follows a training: reports, keeps the best weights, ends it when it gets no better."""

    def __init__(
        self,
        model: KerasModel,
        stream: TrainingStream,
        config: TrainConfig,
        report: Report,
        *,
        classes: Sequence[str],
    ) -> None:
        self.fit = Fit()
        self.best_weights: list[NDArray[np.float32]] = []
        self._model, self._stream, self._config, self._report = model, stream, config, report
        self._classes = classes
        self._reported_s = -math.inf
        self._epoch = 0
        self._callback: Any = None

    @property
    def goes_on(self) -> bool:
        """Whether there are epochs to come."""
        is_last = len(self.fit.history) == self._config.epochs
        return not (is_last or self._callback.model.stop_training)

    def callback(self) -> Any:  # noqa: ANN401  Keras has no types
        self._callback = import_keras().callbacks.LambdaCallback(
            on_epoch_begin=self._on_epoch_begin,
            on_train_batch_end=self._on_step,
            on_test_batch_end=self._on_validation_step,
            on_epoch_end=self._on_epoch_end,
        )
        return self._callback

    def _on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
        self._epoch = self._stream.epoch = epoch
        self._tell(
            epoch, self._title + (": building the network" if epoch == 0 else ""), force=epoch == 0
        )

    def _on_step(self, step: int, logs: object = None) -> None:  # noqa: ARG002
        part = min(1.0, (step + 1) / self._stream.n_steps)
        self._tell(self._epoch + part, self._title)

    def _on_validation_step(self, step: int, logs: object = None) -> None:  # noqa: ARG002
        self._tell(self._epoch + 1, f"{self._title}: validating")

    def _on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        metrics = scores_of(logs or {}, self._classes)
        if "loss" not in metrics:
            msg = f"Training failed in epoch {epoch + 1}: the loss is no longer a number"
            raise SettingsError(msg, hint="Train with a smaller learning_rate.")
        self.fit.history.append(metrics)
        self._keep_best(epoch + 1, metrics)
        score = metrics.get(f"val_{SCORE}")
        text = self._title
        if score is not None and self.fit.best_score is not None:
            text += (
                f": balanced accuracy {score:.3f}, "
                f"best {self.fit.best_score:.3f} in epoch {self.fit.best_epoch}"
            )
        self._tell(epoch + 1, text, metrics=metrics)

    def _keep_best(self, epoch: int, metrics: dict[str, float]) -> None:
        score, best = metrics.get(f"val_{SCORE}"), self.fit.best_score
        if score is None or best is None or score > best:
            self.fit.best_epoch, self.fit.best_score = epoch, score
            self.best_weights = self._model.get_weights()
        elif epoch - self.fit.best_epoch >= self._config.patience:
            self._callback.model.stop_training = True

    @property
    def _title(self) -> str:
        return f"Epoch {self._epoch + 1} of at most {self._config.epochs}"

    def _tell(
        self,
        done: float,
        text: str,
        *,
        metrics: dict[str, float] | None = None,
        force: bool = False,
    ) -> None:
        now_s = time.monotonic()
        if metrics is None and not force and now_s - self._reported_s < REPORT_EVERY_S:
            return
        self._reported_s = now_s
        total = self._config.epochs
        self._report(Progress("train", done, total, "epochs", text, metrics=metrics or {}))


def tally_metric(n_classes: int) -> Any:  # noqa: ANN401
    """Make a metric that counts each class's frames, and those that were given it.

    Keras works out a metric's result after each step, so that balanced accuracy as such would cost
    a small network a fifth of its time: the counts alone cost little, see `scores_of`.

    Parameters
    ----------
    n_classes : int
        Number of classes.

    Returns
    -------
    keras.metrics.Metric
        Its result is an array named "tally", float32, shape (2, n_classes): frames and hits.
    """
    keras = import_keras()
    ops = keras.ops

    class Tally(keras.metrics.Metric):
        def __init__(self) -> None:
            keras.metrics.Metric.__init__(self, name=TALLY, dtype="float32")
            self.tally = self.add_variable((2, n_classes), "zeros", name=TALLY)

        def update_state(self, targets: Any, scores: Any, sample_weight: Any = None) -> None:  # noqa: ANN401, ARG002
            targets = ops.reshape(targets, (-1,))
            predicted = ops.argmax(scores, axis=-1)
            hits = ops.cast(ops.equal(predicted, ops.cast(targets, predicted.dtype)), "float32")
            rows = ops.stack([ops.ones_like(hits), hits])
            self.tally.assign_add(ops.matmul(rows, ops.one_hot(targets, n_classes)))

        def result(self) -> dict[str, Any]:
            # A copy: the variable itself would by then hold the counts of the validation side.
            return {TALLY: ops.copy(self.tally)}

    return Tally()


def scores_of(logs: dict[str, Any], classes: Sequence[str]) -> dict[str, float]:
    """Turn what Keras tells after an epoch into the metrics of the history.

    Parameters
    ----------
    logs : dict
        With the loss and the tally, and those of the validation side if there is one.
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    dict of str to float
        Loss, balanced accuracy over the classes that are present, and their recalls. What is not a
        finite number is left out.
    """
    metrics: dict[str, float] = {}
    for side in ("", "val_"):
        if f"{side}loss" not in logs:
            continue
        metrics[f"{side}loss"] = float(logs[f"{side}loss"])
        counts, hits = np.asarray(logs[f"{side}{TALLY}"], dtype=np.float64)
        recalls = {
            f"{side}recall_{name}": float(hits[k] / counts[k])
            for k, name in enumerate(classes)
            if counts[k]
        }
        metrics[f"{side}{SCORE}"] = float(np.mean([*recalls.values()]))
        metrics.update(recalls)
    return {name: value for name, value in metrics.items() if math.isfinite(value)}
