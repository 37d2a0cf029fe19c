"""How many requests a worker process works on at once.

One that waits for something else than the processor (argon2id, the disk) gives its place up meanwhile: a flood of wrong
passwords never holds the threads that clés need.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Places:
    """How many requests are worked on at once; one object a process."""

    def __init__(self, nombre: int) -> None:
        self.verrou = threading.Lock()
        self.changement = threading.Condition(self.verrou)
        self._nombre, self._prises = nombre, 0
        self._fil = threading.local()

    @property
    def libre(self) -> bool:
        """Whether another request may be worked on."""
        return self._prises < self._nombre

    def prendre(self) -> None:
        """Take a place for this thread; the caller has the lock."""
        self._prises += 1
        self._fil.tient = True

    def rendre(self) -> None:
        """Give this thread's place back; the caller has the lock."""
        self._prises -= 1
        self._fil.tient = False
        self.changement.notify()

    @contextmanager
    def ceder(self) -> Iterator[None]:
        """Inside, this thread's place, if it has one, is another's.

        It does not wait to come back: one more may work for a while.
        """
        if not getattr(self._fil, "tient", False):
            yield
            return
        with self.verrou:
            self.rendre()
        try:
            yield
        finally:
            with self.verrou:
                self.prendre()

    def limiter(self, application: Callable[..., Any]) -> Callable[..., Any]:
        """The WSGI application, each call of it in a place: for servers that share requests out by themselves."""

        def limitee(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            with self.verrou:
                self.changement.wait_for(lambda: self.libre)
                self.prendre()
            try:
                return application(environ, start_response)
            finally:
                with self.verrou:
                    self.rendre()

        return limitee
