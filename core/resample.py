# soxr ships no type information.
# pyright: reportUnknownMemberType=false
"""Sample rate conversion of mono audio, block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Resampler:
    """Converts one recording from one sample rate to another.

    The filter's delay is taken out: what was at t seconds stays at t seconds. n samples become
    ``floor(n * rate_out / rate_in + 1/2)``, and the blocks' sizes change no sample. Flat to 0.92
    of the lower Nyquist frequency; aliases lie below -100 dB.

    Parameters
    ----------
    rate_in, rate_out : int
        Sample rates in Hz, > 0.

    References
    ----------
    soxr's "HQ" recipe: 20 bits, linear phase; R. Sykes, https://sourceforge.net/projects/soxr.
    """

    def __init__(self, *, rate_in: int, rate_out: int) -> None:
        import soxr

        self._stream = None
        if rate_in != rate_out:
            self._stream = soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32", quality="HQ")

    def push(self, samples: Samples) -> Samples:
        """Convert the next samples.

        Parameters
        ----------
        samples : ndarray of float32, shape (n_samples,)
            At the rate that comes in.

        Returns
        -------
        ndarray of float32, shape (n_samples_out,)
            What is ready at the rate that goes out; often empty at first.
        """
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def finish(self) -> Samples:
        """Convert what is left inside, once, after the last samples.

        Returns
        -------
        ndarray of float32, shape (n_samples_out,)
            The end of the recording.
        """
        nothing = np.zeros(0, dtype=np.float32)
        return nothing if self._stream is None else self._stream.resample_chunk(nothing, last=True)
