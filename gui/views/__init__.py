"""Plots of one recording over time: data in, signals out."""
