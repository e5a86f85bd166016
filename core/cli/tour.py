"""The demo from nothing to two trained models, in one command: ``python -m core.cli.tour DIR``."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from core.cli.bars import Bars
from core.cli.program import guarded, interrupt, leave
from core.demo.project import make_demo_project
from core.isolation import StageRunner
from core.pipeline import run_stage
from core.project import open_project, save_project
from core.text_table import table
from core.words import in_words, outcome_in_words

MODELS = ("fc", "cnn")


def main() -> NoReturn:
    """Run the tour in the folder that the first argument names, or in ``demo``."""
    signal.signal(signal.SIGTERM, interrupt)
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo")
    leave(guarded(lambda: tour(folder)))


def tour(folder: Path) -> int:
    """Make the demo, run every stage on it, train both models, and tell what they reached.

    Parameters
    ----------
    folder : Path
        Where the demo goes; what is there from an earlier tour is not done again.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    LoudnessError
        What a stage raises.
    """
    measured: dict[str, dict[str, Any]] = {}
    with Bars() as bars, StageRunner() as runner:
        made = runner.run(make_demo_project, folder, report=bars.report)
        bars.close()
        _say(in_words("demo", {"library": vars(made.library), "project": str(made.project)}))
        project = open_project(made.project)
        with project.writing():
            for model in MODELS:
                train = replace(project.settings.train, model=model)
                save_project(project.with_settings(train=train))
                for stage in ("transcode", "extract", "dataset", "train", "evaluate"):
                    if model != MODELS[0] and stage not in {"train", "evaluate"}:
                        continue
                    outcome = runner.run(run_stage, project.folder, stage, report=bars.report)
                    bars.close()
                    _say(outcome_in_words(outcome))
                    if stage == "evaluate":
                        measured[model] = outcome.result
    _say(_ending(measured, made.project))
    return 0


def _ending(measured: dict[str, dict[str, Any]], project: Path) -> list[str]:
    keys = ("accuracy", "balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible")
    rows = [[model, *(values[key] for key in keys)] for model, values in measured.items()]
    n_recordings = next(iter(measured.values()))["n_recordings"]
    header = ["model", "accuracy", "balanced accuracy", "quadratic kappa", "AUC audible/inaudible"]
    return [
        "",
        f"What each model reached on {n_recordings} recordings that it was not trained on",
        *table(header, rows),
        "",
        f"Project                   {project}",
        f"Transcoded recordings     {project / 'transcoded'}",
        f"Features                  {project / 'features'}",
        f"Dataset                   {project / 'dataset.parquet'}",
        f"Models, metrics, errors   {project / 'runs'}",
        "",
        f"Next: loudness plan {project}",
    ]


def _say(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
