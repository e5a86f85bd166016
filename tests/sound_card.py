"""A sound card that is none: a PulseAudio server of the tests' own, whose monitor is recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

SINK = "tests"
RATE = 48_000
START_S = 10.0
SILENCE_BYTES = RATE // 20 * 8

UNDISTURBED = pytest.mark.flaky(reruns=4, only_rerun=["InterruptedSoundError"])
"""For tests of what is heard: repeated if the machine was too busy to play, and only then."""


class InterruptedSoundError(Exception):
    """The card ran dry while something was recorded: this says nothing of what is played."""


class SoundCard:
    """A server with one null sink; it and what records it are processes of their own."""

    def __init__(self, folder):
        self._folder = folder
        self._daemon = None
        self._heard = None
        self.server = f"unix:{folder}/native"

    def start(self):
        if self._daemon is not None and self._daemon.poll() is None:
            return
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder / "runtime"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
        }
        socket = self._folder / "native"
        socket.unlink(missing_ok=True)
        # It ends by itself soon after its listener has, should these tests be killed.
        self._daemon = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=20"),
                *("--disable-shm=yes", "--use-pid-file=no", "--log-level=error"),
                *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
                *(
                    "-L",
                    f"module-null-sink sink_name={SINK} format=float32le rate={RATE} norewinds=1",
                ),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_S
        while not self._has_sink():
            assert self._daemon.poll() is None, "PulseAudio ended"
            assert time.monotonic() < deadline, "PulseAudio did not start"
            time.sleep(0.02)
        self._heard = Heard(self.server)

    def stop(self):
        """End the server at once, as if the card were pulled out."""
        if self._heard is not None:
            self._heard.close()
            self._heard = None
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    @contextmanager
    def recording(self, player, *, n_stalls=0):
        """What is heard from now on of a player; to be looked at behind the block.

        The test itself may have the card run dry `n_stalls` times.
        """
        assert self._heard is not None
        self._heard.listen()
        heard = Recording(self._heard)
        n_allowed = player.output.n_underruns + n_stalls
        yield heard
        heard.finish()
        if player.output.n_underruns > n_allowed:
            msg = "The machine was too busy to play without a break."
            raise InterruptedSoundError(msg)

    def _has_sink(self):
        found = subprocess.run(
            [shutil.which("pactl"), "-s", self.server, "list", "short", "sinks"],
            capture_output=True,
            text=True,
            check=False,
        )
        return SINK in found.stdout


class Heard:
    """Reads the sink's monitor all the time, and takes note of when what came."""

    def __init__(self, server):
        self._process = subprocess.Popen(
            [
                *("parec", "-s", server, "-d", f"{SINK}.monitor", f"--rate={RATE}"),
                *("--channels=2", "--format=float32le", "--latency-msec=5", "--raw"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.blocks = []
        self.is_listening = False
        self.n_bytes = 0
        self._thread = threading.Thread(target=self._read, name="heard", daemon=True)
        self._thread.start()

    def _read(self):
        while block := os.read(self._process.stdout.fileno(), 1 << 16):
            self.n_bytes += len(block)
            if self.is_listening:
                self.blocks.append((time.monotonic(), self.n_bytes, block))

    def listen(self):
        """Keep what comes, once what another test has played has died away."""
        self.blocks, self.is_listening = [], True
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            new = b"".join(block for _, _, block in self.blocks)
            if len(new) >= SILENCE_BYTES and not any(new):
                return
            if any(new):
                self.blocks = []
            time.sleep(0.01)
        msg = "It is never silent."
        raise TimeoutError(msg)

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()


class Recording:
    """A stretch of what was heard: `samples` of both ears, and the clock's time of each."""

    def __init__(self, heard):
        self._heard = heard
        self._first = len(heard.blocks)
        self.samples = np.zeros((0, 2), dtype=np.float32)

    def so_far(self):
        """Samples that have come until now."""
        data = b"".join(block for _, _, block in self._heard.blocks[self._first :])
        before = self._heard.blocks[self._first - 1][1] if self._first else 0
        data = data[-before % 8 :]
        return np.frombuffer(data[: len(data) // 8 * 8], dtype="<f4").reshape(-1, 2)

    def finish(self):
        self._heard.is_listening = False
        self.samples = self.so_far()
        self._arrivals = list(self._heard.blocks[self._first :])

    def time_of(self, sample):
        """When a sample was heard, by the monotonic clock.

        Blocks come late on a busy machine, but never early: the promptest one nearby tells.
        """
        begin = self._arrivals[0][1] - len(self._arrivals[0][2])
        near = [
            at_s - (n_bytes - begin) / 8 / RATE
            for at_s, n_bytes, _ in self._arrivals
            if abs((n_bytes - begin) / 8 - sample) < RATE
        ]
        return min(near) + sample / RATE


@pytest.fixture(scope="session")
def _sound_card(tmp_path_factory):
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        msg = "The tests need PulseAudio: `make test` installs it (resources/test-packages.txt)."
        raise pytest.UsageError(msg)
    folder = tmp_path_factory.mktemp("pulse")
    folder.chmod(0o700)
    card = SoundCard(folder)
    card.start()
    yield card
    card.stop()


@pytest.fixture(autouse=True)
def _silent_machine(monkeypatch):
    """No test is heard on this machine's own card, nor starts a sound server of the user's."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")


@pytest.fixture
def null_sink(_sound_card, _silent_machine, monkeypatch):
    """A sound card that plays nothing, and tells what it was given."""
    _sound_card.start()
    monkeypatch.setenv("PULSE_SERVER", _sound_card.server)
    return _sound_card


@pytest.fixture
def own_sink(tmp_path, _silent_machine, monkeypatch):
    """A sound card that a test may pull out."""
    folder = tmp_path / "pulse"
    folder.mkdir(mode=0o700)
    card = SoundCard(folder)
    card.start()
    monkeypatch.setenv("PULSE_SERVER", card.server)
    yield card
    card.stop()
