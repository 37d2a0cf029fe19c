"""The content of a file for the back office: composed once from its movements, then kept, compressed and encrypted.

What is kept is what is written and written again: the same bytes for ever, whatever becomes of the declarations and of
the program.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from service.contract.transmission import (
    DeclarationTransmise,
    EnteteTransmission,
    MouvementEcrit,
    Retrait,
    ecrire_transmission,
)
from service.domain.actes import Acte
from service.domain.declaration import Certificat, Changement, Nature, Salarie
from service.domain.identifiants import nir_normalise
from service.domain.transmission import NatureMouvement
from service.storage.transmissions import AComposer, Fichier
from service.usecases.archiver import comprimer_suite, decomprimer_suite
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.juger import NATURE_CERTIFICAT
from service.usecases.lignes import dechiffrer_salaries

_LOT = 1000
"""Movements read at a time."""


def fermer(dependencies: Dependencies, auteur: Auteur, fichier: Fichier) -> None:
    """Compose a file and close it; nothing when another transmitter closed or filled it meanwhile."""
    condense = hashlib.sha256()

    def morceaux() -> Iterator[bytes]:
        entete = EnteteTransmission(
            fichier.organisme,
            fichier.numero,
            fichier.preparee_le,
            dependencies.environnement,
            dependencies.emetteur.designation,
        )
        for morceau in ecrire_transmission(entete, _mouvements(dependencies, fichier)):
            condense.update(morceau)
            yield morceau

    contenu = dependencies.coffre.chiffrer(comprimer_suite(morceaux()), _contexte(fichier))
    with dependencies.unites.ecriture() as unite:
        if unite.transmissions.fermer(fichier.id, fichier.nombre, condense.hexdigest(), contenu):
            objet = f"{fichier.fichier} ({fichier.nombre} mouvements, SHA-256 {condense.hexdigest()})"
            consigner(unite, auteur, Acte.TRANSMISSION, dependencies.horloge(), objet=objet)
            unite.commit()


def ecrire_le_fichier(dependencies: Dependencies, fichier: Fichier) -> bool:
    """Put a closed file on the disk, durable when this returns; False when its content was purged.

    Raises IndisponibleError.
    """
    with dependencies.unites.lecture() as unite:
        chiffre = unite.transmissions.contenu(fichier.id)
    if chiffre is None:
        return False
    assert fichier.empreinte is not None
    contenu = dependencies.coffre.dechiffrer(chiffre, _contexte(fichier))
    dependencies.transmissions.ecrire(fichier.fichier, fichier.empreinte, decomprimer_suite(contenu))
    with dependencies.unites.ecriture() as unite:
        unite.transmissions.ecrite(fichier.id, dependencies.horloge())
        unite.commit()
    return True


def _contexte(fichier: Fichier) -> bytes:
    """Context under which a content is encrypted: it decrypts as that of its own file only."""
    return f"transmission.contenu/{fichier.fichier}".encode()


def _mouvements(dependencies: Dependencies, fichier: Fichier) -> Iterator[MouvementEcrit]:
    """The movements of a file, read lot by lot."""
    for apres in range(0, fichier.nombre, _LOT):
        jusque = min(apres + _LOT, fichier.nombre)
        with dependencies.unites.lecture() as unite:
            lus = unite.transmissions.a_composer(fichier.id, apres, jusque)
            signalements: dict[int, list[str]] = defaultdict(list)
            for rang, code in unite.transmissions.signalements(fichier.id, apres, jusque):
                signalements[rang].append(code)
        if len(lus) != jusque - apres:
            raise RuntimeError("a declaration of a file that is being composed is not there any more")
        salaries = dechiffrer_salaries(dependencies.coffre, [lu.donnees for lu in lus])
        for lu, salarie in zip(lus, salaries, strict=True):
            yield _mouvement(lu, salarie, signalements[lu.rang])


def _mouvement(lu: AComposer, salarie: Salarie, signalements: list[str]) -> MouvementEcrit:
    if lu.nature == NatureMouvement.ANNULATION:
        return MouvementEcrit(Retrait(lu.declaration, lu.siret, lu.statut_depuis))
    contenu = _contenu(lu, _en_capitales(salarie))
    declaration = DeclarationTransmise(
        lu.declaration, lu.siret, lu.date_reception, list(dict.fromkeys(signalements)), lu.annee, contenu
    )
    return MouvementEcrit(declaration, lu.remplace)


def _contenu(lu: AComposer, salarie: Salarie) -> Certificat | Changement:
    if lu.nature_ligne == NATURE_CERTIFICAT:
        assert lu.nombre_mois is not None
        net, aide, part = map(_decimal, (lu.montant_net, lu.montant_aide_poste, lu.pourcentage_salaire_direct))
        return Certificat(None, salarie, lu.nombre_mois, net, aide, part, None)
    assert lu.date_effet is not None
    avant, apres = _decimal(lu.heures_avant), _decimal(lu.heures_apres)
    return Changement(None, salarie, Nature(lu.nature_ligne), lu.date_effet, avant, apres, lu.motif, None)


def _en_capitales(salarie: Salarie) -> Salarie:
    """The employee with identifiers as they are compared."""
    nir, numero = salarie.nir, salarie.numero_allocataire
    return salarie._replace(nir=nir and nir_normalise(nir), numero_allocataire=numero and numero.upper())


def _decimal(centiemes: int | None) -> Decimal | None:
    """Always with two decimals."""
    return None if centiemes is None else Decimal(centiemes).scaleb(-2)
