from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from core.learning.tensorflow_runtime import import_keras
keras = import_keras()
assert keras is import_keras()
assert keras.config.backend() == "tensorflow"
assert keras.config.floatx() == "float32"
assert keras.config.image_data_format() == "channels_last"
import os
assert os.environ["TF_NUM_INTRAOP_THREADS"] == "4"
import gc, sys
# Not with Keras, which has no use for it here; and then as ever.
assert not any(name.startswith("sklearn") for name in sys.modules)
import sklearn.utils
assert gc.isenabled()
os.write(2, b"seen")
"""


def test_keras_is_quiet_and_the_users_own_settings_are_not_asked(tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text(
        '{"floatx": "float16", "backend": "torch", "image_data_format": "channels_first"}'
    )
    own = {"HOME": str(tmp_path), "KERAS_BACKEND": "jax"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")} | own
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b"seen"
