"""A small library with known truth, made on the spot: something to try everything on."""

from core.demo.library import DemoLibrary, make_demo

__all__ = ["DemoLibrary", "make_demo"]
