"""The only wiring room: from the settings to the engine, the use cases' tools, the WSGI application, the service.

Nothing is built at import. ``__main__`` hands a `Maison` to the command line, which asks it for what a command needs.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.contract.plaines import compiler
from service.domain.mot_de_passe import POLITIQUE_PAR_DEFAUT
from service.domain.recepisse import ServiceEmetteur
from service.door import CHEMIN_DU_SERVICE, Door
from service.errors import ConfigurationError, Precision
from service.mail.lettres import Redacteur
from service.mail.smtp import envoyer
from service.security import keystore
from service.security.limits import Seuils
from service.security.passwords import EN_ATTENTE_MAX, Hacheur, Memoire, Parametres
from service.security.wsse import Fenetre
from service.server.background import Coulisses, Travail, tenter
from service.server.dispatching import MESSAGES, Repartiteur
from service.server.granian_server import servir_granian
from service.server.journal_technique import journaliser_en_json
from service.server.memory import espacer_les_ramassages, menager_la_memoire, rendre_la_memoire
from service.server.places import Places
from service.server.sharing import Place
from service.server.supervisor import port_reserve, superviser, verrou_du_dossier
from service.server.together import ServiEnsemble
from service.server.waitress_worker import servir_waitress
from service.settings import PREFIX, Settings, charger, montrer
from service.soap.application import creer_application_soap
from service.storage import migrations
from service.storage.creation import base_neuve
from service.storage.database import creer_moteur
from service.storage.dossier_transmissions import DossierTransmissions
from service.storage.fichier_sceaux import FichierSceaux
from service.storage.unit_of_work import FabriqueUnites
from service.usecases.courriels import EtatCourriel
from service.usecases.debit import Debit
from service.usecases.dependencies import Conservation, Dependencies, Limites, Sceaux
from service.usecases.entretenir import entretenir
from service.usecases.expedier import envoyer_les_dus
from service.usecases.lignes import reperer
from service.usecases.mesures import Mesures
from service.usecases.observer import deverser_les_mesures
from service.usecases.poste import Poste
from service.usecases.refus_anonymes import RefusAnonymes
from service.usecases.sceller import sceller, sceller_regulierement
from service.web.console.application import creer_console
from service.web.extranet.application import creer_extranet
from service.web.site import Site

ENTRETIEN = 30.0
"""Seconds between two housekeepings of a worker process."""
PAUSE_DE_LA_MEMOIRE = 1.0
"""Seconds between two looks of a worker process at what it holds free."""
PAUSE_DU_REPORT = 1.0
"""Seconds between two times that a worker process carries SQLite's log over into the database."""
RELEVE = 2.0
"""Seconds between two looks of a worker process at the outbox."""
EN_ECRITURE = 2
"""Requests that may wait for the database's disk beyond those being worked on; five cost 5 MB and bring 2 % more."""
HORS_REQUETES = 5
"""Database connections for what a worker does on its own: one a work, and one more that holds the lock of the mails."""
VERSEMENT = 10.0
"""Seconds between two additions of a worker's counts to the totals."""
_logger = logging.getLogger("service.app")


class Maison:
    """Everything that can be built from the settings, built when it is first asked for."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = environ

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigurationError with every problem."""
        return charger(self._environ)

    @cached_property
    def cles(self) -> keystore.Cles:
        """The keys; in the demonstration they are made on first use. Raises ConfigurationError."""
        settings = self.settings
        if settings.environnement == "demonstration":
            keystore.creer(settings.cles, demonstration=True)
        cles = keystore.charger(settings.cles)
        if settings.environnement == "production" and cles.demonstration:
            refus = Precision("ce dossier contient des clés de démonstration : en créer d'autres.", champ="ESAT_CLES")
            raise ConfigurationError(precisions=[refus])
        return cles

    @cached_property
    def moteur(self) -> Engine:
        """The database engine of this process; nothing is opened yet."""
        if self.settings.base.startswith("sqlite:"):
            Path(self.settings.base.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return creer_moteur(self.settings.base, connexions=self.settings.fils + HORS_REQUETES)

    @cached_property
    def places(self) -> Places:
        """How many requests this process works on at once."""
        return Places(self.settings.fils)

    @cached_property
    def dependencies(self) -> Dependencies:
        """The tools of the use cases, on a database that is up to date. Raises IndisponibleError."""
        settings, cles = self.settings, self.cles
        migrations.exiger_a_jour(self.moteur)
        emetteur = ServiceEmetteur(
            settings.service_designation,
            settings.service_adresse,
            settings.service_courriel,
            settings.service_telephone,
        )
        parametres = Parametres(settings.argon2_memoire, settings.argon2_iterations, settings.argon2_parallelisme)
        return Dependencies(
            unites=FabriqueUnites(self.moteur, self.places.ceder),
            coffre=cles.coffre,
            signataire=cles.signataire,
            hacheur=Hacheur(parametres, ceder=self.places.ceder),
            memoire=Memoire(),
            debit=Debit(settings.debit_par_minute),
            refus_anonymes=RefusAnonymes(),
            horloge=maintenant,
            emetteur=emetteur,
            environnement=settings.environnement,
            fenetre=Fenetre(settings.fenetre_passe, settings.fenetre_futur),
            seuils=Seuils(),
            politique=POLITIQUE_PAR_DEFAUT,
            limites=Limites(octets_par_message=settings.octets_max),
            poste=_poste(settings, emetteur),
            mesures=Mesures(),
            sceaux=Sceaux(FichierSceaux(settings.sceaux), cles.certificats_pem, timedelta(seconds=settings.scellement)),
            conservation=Conservation(
                12 * settings.conservation_declarations, settings.conservation_bruts, settings.conservation_journal
            ),
            transmissions=DossierTransmissions(settings.transmissions),
        )

    @cached_property
    def application(self) -> Door:
        """The WSGI application."""
        settings = self.settings
        soap = creer_application_soap(self.dependencies)
        site = Site(self.dependencies, settings.adresse_publique, settings.octets_max)
        espaces = {"extranet": creer_extranet(site), "console": creer_console(site)}
        certificats = self.cles.certificats_pem
        return Door(
            self.dependencies,
            soap,
            settings.adresse_publique,
            certificats,
            settings.mandataires,
            espaces,
            settings.metriques,
        )

    @contextmanager
    def base_neuve(self) -> Iterator[Dependencies]:
        """The tools of the use cases on an empty database that is there for others when the block ends well.

        Raises SaisieError where a database exists already, IndisponibleError where none can be made.
        """
        with base_neuve(self.settings.base) as moteur:
            maison = Maison(self._environ)
            maison.settings, maison.moteur = self.settings, moteur
            yield maison.dependencies

    def migrer(self) -> tuple[str | None, str]:
        """Bring the database up to date; return its version before and after. Raises as `migrations.migrer`."""
        avant = migrations.version(self.moteur)
        return avant, migrations.migrer(self.moteur, lambda *lues: reperer(self.cles.coffre, *lues))

    def montrer(self) -> dict[str, str]:
        """The settings with secrets masked."""
        return montrer(self.settings)

    def servir(self, annoncer: Callable[[str], None]) -> None:
        """Serve until told to stop; `annoncer` is called with the address once the workers are started.

        Raises ConfigurationError, or IndisponibleError when the directory, the port or the database cannot be had.
        """
        settings = self.settings
        journaliser_en_json(settings.journal_technique)
        with verrou_du_dossier(settings.donnees), port_reserve(settings.ecoute) as adresse:
            # Everything that can go wrong goes wrong here, once, and before any worker starts.
            migrations.exiger_a_jour(self.moteur)
            FichierSceaux(settings.sceaux).exiger_accessible()
            _ = self.cles
            self.moteur.dispose()
            menager_la_memoire()
            compiler()
            maison = Maison(self._environ)
            maison.settings = _avec_adresse(settings, adresse)
            annonce = partial(annoncer, maison.settings.adresse_publique)
            if settings.serveur == "granian":
                os.environ[PREFIX + "ECOUTE"] = f"{adresse[0]}:{adresse[1]}"
                annonce()
                fils = _fils(settings) + (MESSAGES if self.moteur.dialect.name == "sqlite" else 0)
                servir_granian("service.app:application", adresse, settings.processus, fils, settings.arret)
            else:
                superviser(partial(_travailler, maison, adresse), settings.processus, settings.arret, annonce)


def application() -> Callable[..., Any]:
    """Factory for WSGI servers (``service.app:application``): the application from the environment's settings."""
    menager_la_memoire()
    maison = Maison()
    journaliser_en_json(maison.settings.journal_technique)
    compiler()
    application = maison.application
    _faire_sans_cesse(maison.dependencies)
    seul, ensembles = maison.places.limiter(application), maison.dependencies.unites.ensembles
    espacer_les_ramassages()
    return seul if ensembles is None else ServiEnsemble(application, seul, ensembles, CHEMIN_DU_SERVICE)


def maintenant() -> datetime:
    """The current instant in UTC, to the millisecond: what receipts tell is what is stored."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _poste(settings: Settings, emetteur: ServiceEmetteur) -> Poste:
    """How mails are written, and sent where an SMTP server is set."""
    redacteur = Redacteur(emetteur, settings.adresse_publique)
    expediteur = settings.courriel_expediteur or settings.service_courriel
    transport = partial(envoyer, settings.smtp) if settings.smtp else None
    return Poste(redacteur, expediteur, emetteur.designation, transport)


def _fils(settings: Settings) -> int:
    """Threads of a process: one a place, and those that stand in for what waits for argon2id or for the disk."""
    return settings.fils + 1 + EN_ATTENTE_MAX + EN_ECRITURE


def _avec_adresse(settings: Settings, adresse: tuple[str, int]) -> Settings:
    """The settings with the port that was really taken, told to others unless an address was set."""
    if settings.ecoute == adresse:
        return settings
    publique = f"http://{settings.ecoute[0]}:{settings.ecoute[1]}"
    if settings.adresse_publique == publique:
        publique = f"http://{adresse[0]}:{adresse[1]}"
        return replace(settings, ecoute=adresse, adresse_publique=publique)
    return replace(settings, ecoute=adresse)


def _travailler(maison: Maison, adresse: tuple[str, int], place: Place) -> None:
    """One worker process: its own engine, its own application, its housekeeping."""
    settings = maison.settings
    with _entretien(maison.dependencies, settings.arret):
        application = maison.application
        ensembles = maison.dependencies.unites.ensembles
        repartiteur = Repartiteur(maison.places, _fils(settings), application.est_mandataire, ensembles)
        servir_waitress(application, adresse, place, repartiteur, settings.octets_max, settings.arret)


@contextmanager
def _entretien(dependencies: Dependencies, attente: int) -> Iterator[None]:
    coulisses = _faire_sans_cesse(dependencies)
    try:
        yield
    finally:
        coulisses.finir(attente)
        tenter("entretenir", partial(entretenir, dependencies, arret=True))
        tenter("mesures", partial(deverser_les_mesures, dependencies))
        tenter("sceller", partial(sceller, dependencies))


def _faire_sans_cesse(dependencies: Dependencies) -> Coulisses:
    """Start what a worker process does on its own."""
    coulisses = Coulisses()
    travaux = (
        Travail("entretenir", partial(entretenir, dependencies), ENTRETIEN),
        Travail("mémoire", rendre_la_memoire, PAUSE_DE_LA_MEMOIRE),
        Travail("reporter", dependencies.unites.reporter, PAUSE_DU_REPORT),
        Travail("courriels", partial(_relever, dependencies, coulisses.arret.is_set), RELEVE),
        Travail("mesures", partial(deverser_les_mesures, dependencies), VERSEMENT),
        Travail("sceller", partial(sceller_regulierement, dependencies), dependencies.sceaux.pause.total_seconds()),
    )
    coulisses.commencer(travaux)
    return coulisses


def _relever(dependencies: Dependencies, arret: Callable[[], bool]) -> None:
    """One round of the outbox; of each mail the technical log tells its number and its model, never whom it was for."""
    for numero, modele, etat, raison in envoyer_les_dus(dependencies, arret):
        niveau = logging.INFO if etat is EtatCourriel.ENVOYE else logging.WARNING
        faits = {"courriel": numero, "modele": modele, "etat": etat.value, "raison": raison}
        _logger.log(niveau, "courriel", extra=faits)
