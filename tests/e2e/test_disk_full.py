"""A full disk is one clear error, and the last good result stays."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from tests.e2e.conftest import ROOT, command, run


# A file system of our own needs a mount namespace; that of a user needs a user namespace, too.
# In a chroot the root cannot be made private: there the mount is undone by hand.
@pytest.fixture(scope="module")
def transcoded(library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("transcoded")
    made = run(
        "transcode",
        f"--database_location={library.database}",
        f"--data_destination={folder}",
        "--resample=8000",
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def on_a_small_disk(unshare, tmp_path):
    """Runs lines of shell on a file system of some size, which goes with the shell."""

    def run_lines(size, *lines):
        mount = f"mount -t tmpfs -o size={size} none {tmp_path} || exit 99"
        script = "\n".join([mount, f"trap 'umount {tmp_path}' EXIT", *lines])
        return subprocess.run(
            [*unshare, "bash", "-c", script],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run_lines


def test_the_last_good_table_stays(transcoded, on_a_small_disk, tmp_path):
    table = tmp_path / "f.csv"
    extract = f"extract --audio_location={transcoded} --feature_csv_destination={table}".split()
    small = shlex.join(command(*extract, "--frame_size=4000"))
    large = shlex.join(command(*extract, "--frame_size=100"))
    done = on_a_small_disk(
        "600k",
        f"{small} >/dev/null || exit 98",
        f"cp {table} {table}.before; cp {table}.meta.json {table}.meta.before",
        large,
        "code=$?",
        f"cmp {table} {table}.before || exit 97",
        f"cmp {table}.meta.json {table}.meta.before || exit 97",
        f"test -z \"$(find {tmp_path} -name '.*.part')\" || exit 96",
        "exit $code",
    )
    assert done.returncode == 2, (done.returncode, done.stderr)
    first, hint = done.stderr.splitlines()
    assert first.startswith("loudness: The disk is full")
    assert "Free some space" in hint


def test_what_is_transcoded_stays_and_the_rest_follows_when_there_is_space(
    library, on_a_small_disk, tmp_path
):
    transcode = shlex.join(
        command(
            "transcode",
            f"--database_location={library.database}",
            f"--data_destination={tmp_path}/t",
            "--resample=8000",
            "--output_format=wav",
            "--json",
        )
    )
    done = on_a_small_disk(
        "512k",
        transcode,
        "test $? -eq 2 || exit 98",
        f"mount -o remount,size=10M {tmp_path}",
        transcode,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("loudness: The disk is full")
    assert '"n_recordings": 8' in done.stdout
    assert '"n_fresh": 0' not in done.stdout
