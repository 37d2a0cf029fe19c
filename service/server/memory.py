"""How memory is kept, for processes that read large messages in many threads.

By default glibc gives each thread an arena of its own, and takes large blocks from them once a few were freed: eight
threads that each read a thousand lines once keep 67 MB that nobody uses. One arena is enough, since the interpreter
runs one thread at a time: 23 MB. The largest blocks go back to the system as soon as they are freed. (mallopt(3); other
C libraries have other allocators and are left alone.)

Python looks for cycles seldom (`espacer_les_ramassages`): a thousand lines are some forty thousand objects, none
of them in a cycle, and one look at everything holds all messages up for 30 ms.
"""

import ctypes
import gc
from functools import cache
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_GRAND_BLOC = 1024 * 1024
"""Bytes from which a block is the system's own: a message of a thousand lines, its answer and what they are made of are
none, and are not asked of the system page by page each time (56 of them a second, 60 so)."""
_RESERVE = 4 * 1024 * 1024
"""Bytes that are kept between two looks at what is free (`rendre_la_memoire`)."""
_SEUILS = (50_000, 20, 20)
"""Objects made before cycles are looked for; then how often among those that lived on."""


def menager_la_memoire() -> bool:
    """Set it for this process and those forked from it, before its threads start; false where there is no mallopt."""
    mallopt = _de_glibc("mallopt")
    if mallopt is None:
        return False
    reglages = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _GRAND_BLOC), (_M_TRIM_THRESHOLD, _RESERVE))
    return [mallopt(reglage, valeur) for reglage, valeur in reglages] == [1] * len(reglages)


def espacer_les_ramassages() -> None:
    """Set it for a worker process that is ready to serve; in what its start made cycles are never looked for again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SEUILS)


def rendre_la_memoire() -> None:
    """Give pages that hold nothing back to the system: a millisecond after thousands of lines, 60 us otherwise."""
    malloc_trim = _de_glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


@cache
def _de_glibc(nom: str) -> Any:
    """A function of the C library; None where it has none of that name."""
    return getattr(ctypes.CDLL(None), nom, None)
