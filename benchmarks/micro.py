"""Cost of each step of a deposit, in one process: where a message's time goes, so that a change shows where it went.

``make bench-micro``. CPU time of this process (``time.process_time``), median of the rounds, for M1 (one employee) and
M1000 (a thousand); the last rows are the whole message through the WSGI application, on SQLite.
"""

import io
import itertools
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.charge import Expediteur
from benchmarks.monde import peupler
from service.app import Maison
from service.contract.accuse import ecrire_accuse
from service.contract.canonisation import canoniser, condenser, empreinte
from service.contract.plaines import lire_message
from service.contract.reading import lire_enveloppe
from service.contract.validation import valider
from service.domain.campagne import ElementsAttendus
from service.domain.controles import ContexteCertificats, juger_certificats
from service.domain.declaration import Operation, Resultat, StatutLigne
from service.domain.identifiants import cle_nir
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur, numeros_declarations, statut_du_depot
from service.soap.mapping import lire_demande
from service.usecases.archiver import archiver, comprimer
from service.usecases.lignes import preparer

NS = "urn:caf:teleprocedure-esat:v1"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ROUNDS = {1: 400, 1000: 20}


_nouveaux = itertools.count()


def message(expediteur: Expediteur, lignes: int) -> bytes:
    """A deposit of `lignes` employees who are nobody, and whom no message before declared."""
    certificats = []
    for rang, nouveau in zip(range(lignes), _nouveaux, strict=False):
        corps = f"18501{nouveau // 1_000_000 + 1:02d}{nouveau % 1_000_000:06d}"
        certificats.append(
            f"<certificat><reference>M{rang:05d}</reference><salarie><nir>{corps}{cle_nir(corps):02d}</nir>"
            f"<numeroAllocataire>{nouveau:07d}</numeroAllocataire><organisme>831</organisme><nom>MARTIN</nom><prenom>Camille</prenom><dateNaissance>1985-01-12</dateNaissance></salarie>"
            f"<nombreMois>12</nombreMois><montantNet>812.40</montantNet>"
            f"<montantAidePoste>640.10</montantAidePoste></certificat>"
        )
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Security xmlns:wsse="{WSSE}">'
        f"<wsse:UsernameToken><wsse:Username>{expediteur.utilisateur}</wsse:Username><wsse:Password>{expediteur.cle}</wsse:Password>"
        f'</wsse:UsernameToken></wsse:Security></s:Header><s:Body><DeclareCertificatEmploi xmlns="{NS}"><entete>'
        f"<identifiantMessage>{uuid.uuid4()}</identifiantMessage><siret>{expediteur.siret}</siret><logiciel><editeur>Banc</editeur>"
        f"<nom>micro</nom><version>1</version></logiciel><essai>false</essai></entete><annee>2026</annee>"
        f"{''.join(certificats)}</DeclareCertificatEmploi></s:Body></s:Envelope>"
    ).encode()


def maison(dossier: Path) -> tuple[Maison, Iterator[Expediteur]]:
    """A service on an SQLite database, and the ESATs that ask it, one after the other."""
    expediteurs = peupler(dossier)
    return Maison({"ESAT_DONNEES": str(dossier)}), itertools.cycle(expediteurs)


def poster(maison: Maison, octets: bytes) -> None:
    """The whole message through the WSGI application."""
    statuts: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/ws/v1",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(octets)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(octets),
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "banc",
        "SERVER_PORT": "80",
    }
    reponse = b"".join(maison.application(environ, lambda statut, _entetes: statuts.append(statut)))
    assert statuts == ["200 OK"], reponse[:1000]


def mesurer(rounds: int, etape: Callable[[], object]) -> float:
    """Median CPU time of a step, in microseconds."""
    etape()
    durees = []
    for _ in range(rounds):
        debut = time.process_time()
        etape()
        durees.append(time.process_time() - debut)
    return statistics.median(durees) * 1_000_000


def accuse(lignes: int) -> Accuse:
    """The receipt of a deposit where everything was accepted."""
    resultats = tuple(
        Resultat(rang, f"M{rang:05d}", StatutLigne.ACCEPTEE, numero, ())
        for rang, numero in enumerate(numeros_declarations("D261204-ABCDEFGH", lignes), 1)
    )
    return Accuse(
        "D261204-ABCDEFGH",
        str(uuid.uuid4()),
        Operation.DECLARE_CERTIFICAT_EMPLOI,
        "35600000000048",
        datetime.now(UTC),
        True,
        statut_du_depot(lignes, 0),
        Empreinte("SHA-256", "0" * 64),
        "2026.1",
        ServiceEmetteur("Caf", "Rue", "courriel", "3230"),
        lignes,
        lignes,
        0,
        resultats,
    )


def etapes(la_maison: Maison, expediteurs: Iterator[Expediteur], lignes: int) -> list[tuple[str, float]]:
    """Every step of a deposit of that many lines, and the whole."""
    deps, rounds = la_maison.dependencies, ROUNDS[lignes]
    octets = message(next(expediteurs), lignes)
    charge, lu = lire_enveloppe(octets, "utf-8").charge, lire_message(octets, "utf-8")
    demande = lire_demande(Operation.DECLARE_CERTIFICAT_EMPLOI, *lu[2:])
    jour = date.today()  # noqa: DTZ011 (any day serves)
    contexte = ContexteCertificats(2026, ElementsAttendus.DEUX, jour, jour + timedelta(days=9), "831")
    document = ecrire_accuse(accuse(lignes))
    signe = deps.signataire.signer(document)
    messages = iter([message(next(expediteurs), lignes) for _ in range(rounds + 1)])
    mesures = [
        ("lire le message et valider les lignes écartées", lambda: lire_message(octets, "utf-8")),
        ("valider ce qui reste", lambda: valider(lu.charge, lu.octets)),
        ("lire le même, d'une autre écriture, en entier", lambda: lire_enveloppe(octets, "utf-8")),
        ("et le valider", lambda: valider(charge)),
        ("empreinte, la forme canonique à faire (C14N exclusive, SHA-256)", lambda: empreinte(charge)),
        ("empreinte, la forme canonique étant écrite", lambda: condenser(canoniser(charge, octets))),
        (
            "lire les lignes (empreinte comprise)",
            lambda: lire_demande(Operation.DECLARE_CERTIFICAT_EMPLOI, *lu[2:]),
        ),
        ("hacher et chiffrer les salariés", lambda: preparer(deps.coffre, demande, "831")),
        ("comprimer et chiffrer le message", lambda: archiver(deps.coffre, octets)),
        ("juger", lambda: juger_certificats(demande.lignes, contexte)),
        ("écrire l'accusé", lambda: ecrire_accuse(accuse(lignes))),
        ("signer l'accusé", lambda: deps.signataire.signer(document)),
        ("comprimer l'accusé", lambda: comprimer(signe)),
        ("le message entier, SQLite", lambda: poster(la_maison, next(messages))),
    ]
    return [(nom, mesurer(rounds, etape)) for nom, etape in mesures]


def mesurer_les_etapes() -> list[tuple[str, float, float]]:
    """Each step, and the whole: microseconds of CPU for M1 and for M1000."""
    with tempfile.TemporaryDirectory() as dossier:
        la_maison, expediteurs = maison(Path(dossier))
        courtes, longues = (etapes(la_maison, expediteurs, lignes) for lignes in ROUNDS)
        la_maison.moteur.dispose()
    return [(nom, m1, m1000) for (nom, m1), (_, m1000) in zip(courtes, longues, strict=True)]


def main() -> None:
    """Measure and print."""
    table = Table("étape", "M1 (µs)", "M1000 (µs)", title="CPU d'un dépôt, par étape (médianes)")
    for nom, m1, m1000 in mesurer_les_etapes():
        table.add_row(nom, f"{m1:,.0f}", f"{m1000:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
