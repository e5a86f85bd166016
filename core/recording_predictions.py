"""Which predictions of a recording are shown: of which run, of all frames or of those evaluated.

What a run says of all frames comes before what it said of those that it was evaluated on: the model
is the same, and so are its numbers, but all frames are more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.drawing_cache import file_stamp
from core.predicted_frames import find_predicted, model_hash, stamp_of, why_stale
from core.remembered import remembered
from core.run_summary import MODEL_FILE
from core.stage_plans import current_run, run_features

if TYPE_CHECKING:
    from pathlib import Path

    from core.features.spec import FeatureSpec
    from core.library import Recording
    from core.predicted_frames import PredictedFrames
    from core.project import Project


@dataclass(frozen=True)
class RunOfRecording:
    """A run that could tell something about a recording.

    Parameters
    ----------
    name : str
        Of its folder.
    is_current : bool
        Whether it was trained on the project's dataset, with its settings.
    has_predicted : bool
        Whether it has predicted all frames of the recording as that is now.
    """

    name: str
    is_current: bool = False
    has_predicted: bool = False


@dataclass(frozen=True)
class ShownPredictions:
    """What is known of the predictions of a recording.

    Parameters
    ----------
    run : Path or None
        Folder of the run that is shown.
    run_is_current : bool
        Whether it was trained on the project's dataset, with its settings.
    runs : tuple of RunOfRecording
        Those whose predictions can be shown, the current one first, then the newest.
    predictions : Path or None
        Its table of all frames of the recording, or else of those that were evaluated.
    predictions_problem : str
        Why there is none; empty if there is one.
    predictions_grid : FeatureSpec or None
        On which the predicted frames lie.
    n_predicted : int
        Frames of the recording on that grid.
    are_all_predicted : bool
        Whether the table is of all frames.
    """

    run: Path | None = None
    run_is_current: bool = False
    runs: tuple[RunOfRecording, ...] = ()
    predictions: Path | None = None
    predictions_problem: str = ""
    predictions_grid: FeatureSpec | None = None
    n_predicted: int = 0
    are_all_predicted: bool = False


def shown_predictions(
    project: Project,
    recording: Recording,
    *,
    spec: FeatureSpec | None = None,
    n_frames: int = 0,
    run: str = "",
) -> ShownPredictions:
    """Choose what is shown of what the runs of a project say of a recording.

    Parameters
    ----------
    project : Project
        The project.
    recording : Recording
        One of its library.
    spec : FeatureSpec, optional
        Of the features that there are of it, over which evaluated frames can be laid.
    n_frames : int
        Frames that have features.
    run : str
        Name of the run that is wanted; if there is none of this name, the current one, or else the
        newest.

    Returns
    -------
    ShownPredictions
        What there is none of is a sentence there.
    """
    current = current_run(project)
    folders = sorted((p.parent for p in project.runs.glob("[!.]*/run.json")), reverse=True)
    folders.sort(key=lambda folder: folder != current)
    if not folders:
        return ShownPredictions(predictions_problem="No model trained yet.")
    chosen = next((folder for folder in folders if folder.name == run), folders[0])
    kept = {folder: find_predicted(folder, recording.database_path) for folder in folders}
    told = ShownPredictions(
        chosen,
        chosen == current,
        tuple(
            RunOfRecording(folder.name, folder == current, _is_of(kept[folder], recording))
            for folder in folders
            if (folder / MODEL_FILE).is_file()
        ),
    )
    mine, stale = kept[chosen], ""
    if mine is not None:
        stale = why_stale(mine, recording.path, _model_hash(chosen))
        if not stale:
            return _of_all_frames(told, mine)
    evaluated = _of_evaluated_frames(told, chosen, spec, n_frames)
    if not stale or evaluated.predictions:
        return evaluated
    return replace(evaluated, predictions_problem=f"{stale}: predict it again.")


def _of_all_frames(told: ShownPredictions, kept: PredictedFrames) -> ShownPredictions:
    return replace(
        told,
        predictions=kept.table,
        predictions_grid=kept.spec,
        n_predicted=kept.n_frames,
        are_all_predicted=True,
    )


def _of_evaluated_frames(
    told: ShownPredictions, run: Path, spec: FeatureSpec | None, n_frames: int
) -> ShownPredictions:
    path = run / "predictions.parquet"
    if not path.is_file():
        problem = f"The model {run.name} is not evaluated yet."
    elif spec is None:
        # There is nothing to lay those that were evaluated over.
        problem = f"Not predicted by {run.name} yet."
    elif run_features(run) != spec.to_dict():
        problem = f"The predictions of {run.name} are of other frames. Train and evaluate again."
    else:
        return replace(told, predictions=path, predictions_grid=spec, n_predicted=n_frames)
    return replace(told, predictions_problem=problem)


def _is_of(kept: PredictedFrames | None, recording: Recording) -> bool:
    return kept is not None and stamp_of(recording.path) in {"", kept.original}


def _model_hash(run: Path) -> str:
    key = file_stamp(run / MODEL_FILE)
    return remembered("model hash", key, lambda: model_hash(run))
