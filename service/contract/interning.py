"""Give back the memory of the names that strangers' messages leave behind.

libxml2 keeps every element, attribute and prefix name it has ever read in a dictionary, and lxml keeps one dictionary a
thread for the life of the thread. A sender who needs no password can so make a process grow by the size of all that he
sends: 3 MB of new names a message stay for ever (seen with lxml 6.1). lxml has no call to let go, but its dictionary
hangs in the thread's own state under a known key; without it, the next parse by a new parser makes a new one, and the
old one dies with the last tree and parser that use it.

Should lxml change that key, nothing breaks: the memory is then kept as before, and a test tells.
"""

import ctypes
import threading

OCTETS_ENTRE_OUBLIS = 16 * 1024 * 1024
"""Bytes that a thread parses before its dictionary is let go; a new dictionary costs microseconds."""

_CLE_DE_LXML = "_ParserDictionaryContext"

_etat_du_fil = ctypes.pythonapi.PyThreadState_GetDict
# A void pointer, not a py_object: the reference is borrowed, and ctypes would release it.
_etat_du_fil.restype = ctypes.c_void_p
_etat_du_fil.argtypes = []

_par_fil = threading.local()


def compter(octets: int) -> bool:
    """Count bytes about to be parsed by this thread, and let its dictionary of names go when they are many.

    Return True when it went: the caller has then to drop his parser too, which would hand it on to the next one.
    """
    total = getattr(_par_fil, "octets", 0) + octets
    if total <= OCTETS_ENTRE_OUBLIS:
        _par_fil.octets = total
        return False
    _par_fil.octets = octets
    return oublier()


def oublier() -> bool:
    """Let this thread's dictionary of names go; False where there was none to let go."""
    adresse = _etat_du_fil()
    if not adresse:
        return False
    etat = ctypes.cast(adresse, ctypes.py_object).value
    return etat.pop(_CLE_DE_LXML, None) is not None
