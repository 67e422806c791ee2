"""Imports that are to be seen by atheris, where it is installed; else they are imports like any other."""

from contextlib import AbstractContextManager, nullcontext


def instrumented(*packages: str) -> AbstractContextManager[object]:
    """Return a context in which imports of these packages tell atheris which branches are taken."""
    try:
        import atheris  # noqa: PLC0415 - it is optional
    except ImportError:
        return nullcontext()
    context: AbstractContextManager[object] = atheris.instrument_imports(include=list(packages))
    return context
