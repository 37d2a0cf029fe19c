"""Reading connections of an SQLite database, kept open between units of work.

SQLAlchemy's pool takes 60 us to hand one out and back, as much as the queries of a small deposit; a list takes one. As
many are open as units read at once: a process's threads bound them.
"""

from sqlalchemy import Engine, PoolProxiedConnection, event

from service.storage.database import joignable


class Lecteurs:
    """The free ones; one object a process and database, closed with ``moteur.dispose()``."""

    def __init__(self, moteur: Engine) -> None:
        self._moteur = moteur
        self._libres: list[PoolProxiedConnection] = []  # append and pop are atomic
        event.listen(moteur, "engine_disposed", lambda _moteur: self.fermer())

    def prendre(self) -> PoolProxiedConnection:
        """One that nobody else uses. Raises IndisponibleError."""
        try:
            return self._libres.pop()
        except IndexError:
            pass
        with joignable():
            connexion = self._moteur.raw_connection()
            connexion.detach()  # its place in the pool is another's
            return connexion

    def rendre(self, connexion: PoolProxiedConnection) -> None:
        """Give one back, out of any transaction."""
        self._libres.append(connexion)

    def fermer(self) -> None:
        """Close the free ones; whoever reads next opens another."""
        while self._libres:
            self._libres.pop().close()
