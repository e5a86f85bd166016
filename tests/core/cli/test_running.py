from __future__ import annotations

import click
import pytest

from core.cli import running


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["export"], "export"), (["annotations", "export"], "annotations export")],
)
def test_a_command_is_told_by_its_group_but_not_by_the_programs_name(
    monkeypatch, arguments, expected
):
    class Runner:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def run(self, stage, *values, report, **options):
            assert report is not None
            return stage(*values, **options)

    shown = []
    monkeypatch.setattr("core.isolation.StageRunner", Runner)
    monkeypatch.setattr(running, "show", lambda *told, as_json: shown.append((*told, as_json)))

    def command():
        return running.run_in_child(lambda a, b: a + b, 1, b=2, as_json=True)

    program, group = click.Group("loudness"), click.Group("annotations")
    for above in (program, group):
        above.add_command(click.Command("export", callback=command))
    program.add_command(group)
    program.main(arguments, prog_name="any", standalone_mode=False)
    assert shown == [(expected, 3, True)]
