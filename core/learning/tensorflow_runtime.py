# TensorFlow and Keras ship no type information.
# pyright: reportUnknownMemberType=false
"""The one door to TensorFlow and Keras: quiet, on the processor, and the same numbers each time."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
import warnings
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator

Keras: TypeAlias = Any
"""The module; Keras and TensorFlow ship no types that a strict check could use."""

KerasModel: TypeAlias = Any
"""A `keras.Model`."""

TensorFlow: TypeAlias = Any
"""The module."""

# The graphics card is left alone: these networks are small, and its sums differ from run to run.
# A user's own Keras settings must not change what a model file means.
# Sums are cut by the number of threads: with a fixed one, machines with few and many cores agree.
_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_NUM_INTRAOP_THREADS": "4",
}

# Said before TensorFlow reads TF_CPP_MIN_LOG_LEVEL, and of no use to the user.
_CHATTER = (b"absl::InitializeLog", b"port.cc", b"cudart_stub.cc", b"cpu_feature_guard.cc")

_STDERR = 2


@cache
def import_tensorflow() -> TensorFlow:
    """Import TensorFlow, which takes seconds the first time.

    Returns
    -------
    module
        `tensorflow`, set so that the same seed gives the same numbers.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.update(_ENVIRONMENT)
    with _without_chatter(), _without_detours(), warnings.catch_warnings():
        # What TensorFlow's own imports deprecate is no news to the user of this program.
        warnings.simplefilter("ignore")
        import tensorflow as tf
    logging.getLogger("absl").setLevel(logging.ERROR)
    tf.get_logger().setLevel(logging.ERROR)
    tf.config.experimental.enable_op_determinism()
    return tf


@cache
def import_keras() -> Keras:
    """Import Keras on TensorFlow, which takes seconds the first time.

    Returns
    -------
    module
        `keras`, with its defaults as they are meant to be, whatever the user's file says.
    """
    import_tensorflow()
    import keras

    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    keras.config.set_image_data_format("channels_last")
    return keras


@contextmanager
def _without_chatter() -> Generator[None]:
    """Hold back what C libraries write to the terminal, and pass on what is not chatter."""
    try:
        terminal = os.dup(_STDERR)
    except OSError:  # the process has no standard error
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            os.dup2(terminal, _STDERR)
            os.close(terminal)
            held.seek(0)
            for line in held:
                if not any(word in line for word in _CHATTER):
                    os.write(_STDERR, line)


@contextmanager
def _without_detours() -> Generator[None]:
    """Keep from an import of thousands of modules what took a third of its time.

    The garbage collector goes through all of them again and again, and finds nothing. Keras imports
    scikit-learn, where that is installed, for wrappers that nobody uses here.
    """
    collects, has_sklearn = gc.isenabled(), "sklearn" in sys.modules
    gc.disable()
    if not has_sklearn:
        sys.modules["sklearn"] = None  # pyright: ignore[reportArgumentType]  so it is not found
    try:
        yield
    finally:
        if not has_sklearn:
            del sys.modules["sklearn"]
        if collects:
            gc.enable()
