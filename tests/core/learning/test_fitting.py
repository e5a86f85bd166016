from __future__ import annotations

import numpy as np
import pytest

from core.errors import SettingsError
from core.learning import fitting
from core.learning.examples import ExampleSet
from core.learning.fitting import Pace, _Watch, fit, scores_of
from core.models import build_fc, fit_scaler
from core.progress import Cancelled, StopTraining, ignore
from core.settings import TrainConfig

CLASSES = ("soft", "loud", "louder")
PACE = Pace(epoch_limit=None, unwatched_examples=64, validation_batch_size=16)
COLUMNS = 4


def made_examples(n, seed, n_classes=3, distance=4):
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, n_classes, n)
    values = (rng.standard_normal((n, COLUMNS)) + distance * targets[:, None]).astype(np.float32)
    return ExampleSet(values, np.arange(n), targets)


def fitted(training, validation, report=ignore, **settings):
    config = TrainConfig(**{"epochs": 4, "batch_size": 16, **settings})
    model = build_fc(n_features=COLUMNS, n_classes=3, seed=config.seed)
    fit_scaler(model, training.values, floors=np.zeros(COLUMNS, dtype=np.float32))
    result = fit(
        model, training, validation, classes=CLASSES, config=config, pace=PACE, report=report
    )
    return model, result


def recalls_of(model, examples):
    predicted = model(examples.values, training=False).numpy().argmax(axis=1)
    return [
        float((predicted[examples.targets == k] == k).mean()) for k in np.unique(examples.targets)
    ]


def test_the_best_epoch_is_kept_and_training_ends_when_it_gets_no_better():
    training, validation = made_examples(150, 0, distance=1), made_examples(60, 1, distance=1)
    model, result = fitted(training, validation, epochs=60, patience=3)
    assert len(result.history) == result.best_epoch + 3 < 60
    scores = [row["val_balanced_accuracy"] for row in result.history]
    assert result.best_score == max(scores) == scores[result.best_epoch - 1]
    assert scores.index(max(scores)) == result.best_epoch - 1
    assert np.mean(recalls_of(model, validation)) == pytest.approx(result.best_score, abs=1e-6)


def test_the_history_tells_the_recall_of_each_class_that_is_there():
    training, validation = made_examples(150, 0), made_examples(40, 1, n_classes=2)
    model, result = fitted(training, validation, epochs=2)
    row = result.history[result.best_epoch - 1]
    assert [row["val_recall_soft"], row["val_recall_loud"]] == pytest.approx(
        recalls_of(model, validation)
    )
    assert "val_recall_louder" not in row
    assert {"loss", "val_loss", "balanced_accuracy", "recall_louder"} <= set(row)


def test_without_validation_the_last_epoch_is_kept():
    training = made_examples(50, 0)
    model, result = fitted(training, training.take(np.arange(0)), epochs=3, patience=1)
    assert (len(result.history), result.best_epoch, result.best_score) == (3, 3, None)
    assert not any(key.startswith("val_") for key in result.history[0])
    again, _ = fitted(training, training.take(np.arange(0)), epochs=3)
    assert all(
        np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights(), strict=True)
    )


@pytest.mark.parametrize("batch_size", [7, 10_000])
def test_an_epoch_is_all_the_data_whatever_the_batch(batch_size, monkeypatch):
    seen, tallies, training = [], [], made_examples(50, 0)

    def spy(logs, classes):
        tallies.append((logs["tally"][0], logs["val_tally"][0]))
        return scores_of(logs, classes)

    monkeypatch.setattr(fitting, "scores_of", spy)
    fitted(training, training, seen.append, epochs=2, batch_size=batch_size)
    counts = np.bincount(training.targets)
    assert all(np.array_equal(side, counts) for epoch in tallies for side in epoch)
    done = [p.done for p in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1].total == 2


def test_the_user_may_stop_and_keep_the_best():
    def stop(progress):
        if progress.done >= 2:
            raise StopTraining

    model, result = fitted(made_examples(90, 0), made_examples(30, 1), stop, epochs=50)
    assert len(result.history) == 2
    assert result.stopped_by_hand
    scores = [row["val_balanced_accuracy"] for row in result.history]
    assert result.best_score == max(scores)
    mean = np.mean(recalls_of(model, made_examples(30, 1)))
    assert mean == pytest.approx(result.best_score, abs=1e-6)


def test_stopping_in_the_last_epoch_stops_nothing():
    def stop(progress):
        if progress.done == 2 and progress.metrics:
            raise StopTraining

    _, result = fitted(made_examples(90, 0), made_examples(30, 1), stop, epochs=2)
    assert len(result.history) == 2
    assert not result.stopped_by_hand


def test_stopping_before_there_is_a_model_is_cancelling():
    def stop(_progress):
        raise StopTraining

    with pytest.raises(Cancelled):
        fitted(made_examples(90, 0), made_examples(30, 1), stop)


def test_a_loss_that_is_no_number_is_an_error():
    watch = _Watch(None, None, TrainConfig(), ignore, classes=CLASSES)
    with pytest.raises(SettingsError, match="epoch 5: the loss is no longer a number") as error:
        watch._on_epoch_end(4, {"loss": float("nan"), "tally": np.ones((2, 3))})
    assert "learning_rate" in error.value.hint
