"""Files hold the sound where it was."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.encoding import FILE_FORMATS, encode
from tests.core.demo.listening import decode, lag_samples


@pytest.mark.parametrize("sample_rate", [8000, 22050, 48000])
@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize("file_format", FILE_FORMATS, ids=lambda f: f.coding)
def test_no_format_moves_the_sound(tmp_path, file_format, n_channels, sample_rate):
    rng = np.random.default_rng(3)
    sound = np.repeat(0.1 * rng.standard_normal((sample_rate, 1)), n_channels, axis=1)
    sound = np.cumsum(sound, axis=0) * 0.05
    path = tmp_path / f"noise.{file_format.extension}"
    path.write_bytes(encode(sound, file_format, sample_rate=sample_rate))
    decoded = decode(path)
    assert decoded.shape[1] == n_channels
    assert lag_samples(decoded[:, 0], sound[:, 0]) == 0
