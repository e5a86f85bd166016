"""Options of the command line, derived from the declared settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.errors import SettingsError
from core.settings import Config, Setting, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=Config)
F = TypeVar("F", bound="Callable[..., Any]")


def setting_options(
    config: type[Config], *, required: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> Callable[[F], F]:
    """Give a command one option for each setting of a configuration.

    Parameters
    ----------
    config : type
        The configuration class.
    required : tuple of str
        Keys of settings that must be given.
    without : tuple of str
        Keys of settings that are no options.

    Returns
    -------
    callable
        A decorator.
    """

    def decorate(command: F) -> F:
        for setting in reversed(settings_of(config)):
            if setting.key not in without:
                option = _option(setting, required=setting.key in required)
                command = option(command)
        return command

    return decorate


def config_from(config: type[C], options: dict[str, Any]) -> C:
    """Take a configuration's settings out of a command's options.

    Parameters
    ----------
    config : type
        The configuration class.
    options : dict
        Values by the keys of settings; those of this configuration are removed.

    Returns
    -------
    Config
        Checked.

    Raises
    ------
    SettingsError
        If a value is not allowed.
    """
    values: dict[str, Any] = {}
    for setting in settings_of(config):
        if setting.key in options:
            value = options.pop(setting.key)
            values[setting.key] = _composed(setting, value)
    return config(**values)


def _option(setting: Setting, *, required: bool) -> Callable[[F], F]:
    declaration: dict[str, Any] = {"type": setting.kind, "required": required}
    if setting.choices:
        declaration["type"] = click.Choice(setting.choices)
    if setting.kind is dict:
        declaration |= {"type": str, "multiple": True}
    elif setting.kind is tuple:
        declaration |= {"type": str, "default": ",".join(setting.default)}
        declaration |= {"show_default": bool(setting.default)}
    elif not required and not setting.optional:
        # An explicit default of None would count as given.
        declaration |= {"default": setting.default, "show_default": setting.default != ""}
    text = setting.help + (f" In {setting.unit}." if setting.unit else "")
    return click.option(f"--{setting.option}", setting.key, help=text, **declaration)


def _composed(setting: Setting, value: Any) -> Any:  # noqa: ANN401
    """What the command line can only say as text."""
    if setting.kind is tuple:
        return tuple(part.strip() for part in value.split(",")) if value else ()
    if setting.kind is dict:
        pairs = [part.partition("=") for part in value]
        for left, sign, _ in pairs:
            if not sign:
                msg = f"{setting.option} cannot be {left!r}"
                raise SettingsError(msg, hint="Write it as OLD=NEW.")
        return {left: right for left, _, right in pairs}
    return value
