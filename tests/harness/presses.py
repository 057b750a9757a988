"""Every kind of button the bot has."""

from importlib import import_module
from pkgutil import iter_modules

from handlers import callbacks
from handlers.belonging import Press


def every_press() -> list[type[Press]]:
    """Those of `handlers.callbacks`, and whatever else was made a button by the code that is loaded."""
    for module in iter_modules(callbacks.__path__):
        import_module(f"{callbacks.__name__}.{module.name}")
    return sorted(Press.__subclasses__(), key=lambda one: str(one.__prefix__))
