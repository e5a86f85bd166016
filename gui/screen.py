"""Whether there is a screen: Qt ends the process where there is none, so it is asked before."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from pathlib import Path


def has_screen() -> bool:
    """Whether a window can be opened."""
    if not sys.platform.startswith("linux"):
        return True
    return _has_wayland() or _has_x11()


def _has_wayland() -> bool:
    name, folder = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("XDG_RUNTIME_DIR")
    # An absolute name stands for itself.
    return bool(name and Path(folder or "/nonexistent", name).exists())


def _has_x11() -> bool:
    """Knock at the X server: a name in DISPLAY may be that of one that has gone."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL(ctypes.util.find_library("xcb") or "libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused
