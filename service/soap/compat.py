"""Makes spyne 2.14 importable on Python 3.12 and 3.13; the only module through which the house imports spyne.

spyne bundles ``six`` 1.x, whose importer of ``six.moves`` has only ``find_module``; Python 3.12 calls ``find_spec``
(PEP 451, removal announced in PEP 706). ``spyne/__init__`` itself imports ``six.moves``, so the bundled six is loaded
first, from its file, and given the missing method. ``cgi``, gone in 3.13 (PEP 594), comes back with the distribution
``legacy-cgi``.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import warnings
from pathlib import Path
from types import ModuleType

_SIX = "spyne.util.six"


def _load_bundled_six() -> ModuleType:
    """Load ``spyne.util.six`` without running ``spyne/__init__``, under its own name."""
    package = importlib.util.find_spec("spyne")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("spyne n'est pas installé : pip install teledeclaration-esat[serveur]")
    spec = importlib.util.spec_from_file_location(_SIX, Path(package.origin).parent / "util" / "six.py")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(_SIX)
    module = importlib.util.module_from_spec(spec)
    sys.modules[_SIX] = module
    spec.loader.exec_module(module)
    return module


def _give_find_spec(six: ModuleType) -> None:
    importer = six._importer

    def find_spec(fullname: str, _path: object = None, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname in importer.known_modules:
            return importlib.util.spec_from_loader(fullname, _Loader(importer))
        return None

    importer.find_spec = find_spec


class _Loader(importlib.abc.Loader):
    """PEP 451 loader over six's own ``load_module``."""

    def __init__(self, importer: ModuleType) -> None:
        self._importer = importer

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module: ModuleType = self._importer.load_module(spec.name)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do: six hands over modules that are already executed."""

    def is_package(self, fullname: str) -> bool:
        return bool(self._importer.is_package(fullname))


if _SIX not in sys.modules:
    _give_find_spec(_load_bundled_six())

with warnings.catch_warnings():
    # Deprecations inside spyne 2.14 (cgi, invalid escapes in its docstrings): known, and not ours to change.
    warnings.simplefilter("ignore")
    from spyne import Application, Fault, Service, rpc
    from spyne.model.binary import ByteArray
    from spyne.model.complex import ComplexModel, ComplexModelBase, XmlAttribute
    from spyne.model.primitive import Boolean, Date, DateTime, Decimal, Integer32, Unicode
    from spyne.protocol.soap import Soap11

__all__ = [
    "Application",
    "Boolean",
    "ByteArray",
    "ComplexModel",
    "ComplexModelBase",
    "Date",
    "DateTime",
    "Decimal",
    "Fault",
    "Integer32",
    "Service",
    "Soap11",
    "Unicode",
    "XmlAttribute",
    "rpc",
]
