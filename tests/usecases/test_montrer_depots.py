"""Deposits as people see them: found by every filter, shown with their lines to their own ESAT, each look logged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from ecrans import certificat_saisi, certificats, changement_saisi, changements, cles, declarant
from maison import AGENT
from messages import (
    AUTRE_SIRET,
    SIRET,
    annule,
    certificat,
    declare_certificats,
    declare_changements,
    nouveau_nir,
    salarie,
)

from service.contract.recepisse import lire_accuse
from service.domain.declaration import Operation, StatutDepot
from service.domain.statuts import StatutDeclaration
from service.errors import IntrouvableError, SaisieError
from service.storage.depots import NouveauDepot
from service.usecases.declarer import declarer
from service.usecases.demandes import Position
from service.usecases.montrer_depots import (
    DEPOTS_PAR_PAGE,
    LIGNES_PAR_PAGE,
    RechercheDepots,
    chercher_depots,
    depot_du_message,
    lire_recepisse,
    montrer_depot,
    montrer_ligne,
)


def etablissement(service, siret=SIRET, courriel=AGENT):
    return declarant(service, courriel).expediteur.etablissements[siret]


def montrer(service, numero, premiere=1):
    return montrer_depot(service.dependencies, declarant(service).auteur, etablissement(service), numero, premiere)


def trouver(service, apres=None, **recherche):
    page = chercher_depots(service.dependencies, etablissement(service), RechercheDepots(**recherche), apres)
    return [depot.numero for depot in page.depots]


@pytest.fixture
def depots(service_partout):
    """Three deposits, one a day: certificates with one rejected, a trial of changes, a cancellation."""
    service = service_partout
    premier = service.post(declare_certificats(certificat(reference="MAT-1"), certificat(nombreMois="13")))
    service.horloge.avancer(days=1)
    deuxieme = service.post(declare_changements(essai=True))
    service.horloge.avancer(days=1)
    troisieme = service.post(annule(premier.numeros[0]))
    return [reponse.texte("accuse/numeroDepot") for reponse in (premier, deuxieme, troisieme)]


def test_the_newest_comes_first_with_who_sent_it(service_partout, depots):
    page = chercher_depots(service_partout.dependencies, etablissement(service_partout), RechercheDepots(), None)
    assert [depot.numero for depot in page.depots] == depots[::-1]
    assert page.suite is None
    assert {(depot.compte, depot.logiciel_nom) for depot in page.depots} == {(AGENT, "Mimosa Paie")}


FILTRES = {
    "from a day on": ({"depuis": date(2026, 12, 5)}, [2, 1]),
    "to a day, included": ({"jusque": date(2026, 12, 5)}, [1, 0]),
    "one day": ({"depuis": date(2026, 12, 5), "jusque": date(2026, 12, 5)}, [1]),
    "an operation": ({"operation": Operation.ANNULE_DECLARATION}, [2]),
    "an outcome": ({"statut": StatutDepot.ACCEPTE_PARTIELLEMENT}, [0]),
    "trials": ({"essai": True}, [1]),
    "real ones": ({"essai": False}, [2, 0]),
    "a reference": ({"texte": " MAT-1 "}, [0]),
    "part of a reference": ({"texte": "MAT"}, []),
    "several filters": ({"essai": False, "statut": StatutDepot.ACCEPTE, "depuis": date(2026, 12, 5)}, [2]),
    "filters that exclude each other": ({"essai": True, "operation": Operation.ANNULE_DECLARATION}, []),
    "the ends of the calendar": ({"depuis": date(1, 1, 1), "jusque": date(9999, 12, 31)}, [2, 1, 0]),
}


@pytest.mark.parametrize(("recherche", "attendus"), FILTRES.values(), ids=FILTRES)
def test_filters_find_what_they_say(service_partout, depots, recherche, attendus):
    assert trouver(service_partout, **recherche) == [depots[rang] for rang in attendus]


def test_a_number_of_deposit_or_declaration_or_an_identifier_is_found(service_partout, depots):
    (identifiant,) = service_partout.sql(f"SELECT identifiant_message FROM depot WHERE numero = '{depots[1]}'")[0]
    for texte in (depots[1], depots[1].lower(), f"{depots[1]}-0001", identifiant, identifiant.upper()):
        assert trouver(service_partout, texte=texte) == [depots[1]]


def test_a_period_that_ends_before_it_begins_is_told(service):
    with pytest.raises(SaisieError) as refus:
        trouver(service, depuis=date(2026, 12, 5), jusque=date(2026, 12, 4))
    assert [precision.champ for precision in refus.value.precisions] == ["jusque"]


def remplir(service, nombre):
    """Deposits at the same instant two by two, as fast as the database goes."""
    depart = datetime(2026, 12, 1, tzinfo=UTC)
    with service.dependencies.unites.ecriture() as unite:
        for rang in range(nombre):
            unite.depots.ajouter(
                NouveauDepot(
                    f"D261201-{rang:08d}",
                    etablissement(service).id,
                    None,
                    f"{rang:08d}-0000-4000-8000-000000000000",
                    "DeclareCertificatEmploi",
                    2026,
                    False,
                    "ab" * 32,
                    depart + timedelta(minutes=rang // 2),
                    "ACCEPTE",
                    1,
                    1,
                    0,
                    "2026.1",
                    "E",
                    "Paie",
                    "1",
                    b"",
                )
            )
        unite.commit()


def test_pages_follow_each_other_without_hole_nor_double(service_partout):
    remplir(service_partout, 2 * DEPOTS_PAR_PAGE + 3)
    vus, apres = [], None
    for _ in range(3):
        page = chercher_depots(service_partout.dependencies, etablissement(service_partout), RechercheDepots(), apres)
        vus += [depot.numero for depot in page.depots]
        apres = page.suite
    assert apres is None
    assert vus == [f"D261201-{rang:08d}" for rang in reversed(range(2 * DEPOTS_PAR_PAGE + 3))]


def test_a_place_that_is_no_deposit_leads_to_its_date(service):
    remplir(service, 3)
    inconnue = Position(datetime(2026, 12, 1, 0, 1, tzinfo=UTC), "D261201-ZZZZZZZZ")
    assert trouver(service, apres=inconnue) == ["D261201-00000001", "D261201-00000000"]


def test_a_deposit_shows_its_employees_amounts_anomalies_and_statuses(service_partout):
    nir = nouveau_nir()
    brouillon = certificats(
        certificat_saisi(nir, reference="MAT-1", pourcentage_salaire_direct="", montant_net="812,40"),
        certificat_saisi(nombre_mois="13"),
    )
    qui = declarant(service_partout)
    accuse = lire_accuse(declarer(service_partout.dependencies, qui, brouillon, cles(brouillon), essai=False))
    montre = montrer(service_partout, accuse.numero_depot)
    assert (montre.accuse, montre.compte, montre.suivante) == (accuse, AGENT, None)
    acceptee, rejetee = montre.lignes
    assert (acceptee.salarie.nir, acceptee.salarie.nom, acceptee.nature) == (nir, "Lefèvre", "Certificat d'emploi")
    assert acceptee.nombres == {"montant_net": Decimal("812.40"), "montant_aide_poste": Decimal("640.10")}
    assert (acceptee.statut, acceptee.active, acceptee.anomalies) == (StatutDeclaration.RECUE, True, [])
    (expliquee,) = rejetee.anomalies
    assert (expliquee.anomalie.code, expliquee.regle.correction) == ("C02", "Donner un entier de 0 à 12.")
    assert (rejetee.statut, rejetee.active) == (None, False)


def test_a_change_and_a_cancellation_are_shown_too(service_partout):
    brouillon = changements(changement_saisi())
    qui = declarant(service_partout)
    accuse = lire_accuse(declarer(service_partout.dependencies, qui, brouillon, [1], essai=False))
    (changement,) = montrer(service_partout, accuse.numero_depot).lignes
    assert changement.nature == "Augmentation du temps de travail"
    assert changement.nombres == {"heures_avant": Decimal("17.5"), "heures_apres": Decimal(35)}
    numero = accuse.resultats[0].numero_declaration
    annulation = service_partout.post(annule(numero)).texte("accuse/numeroDepot")
    (annulee,) = montrer(service_partout, annulation).lignes
    assert (annulee.nature, annulee.salarie, annulee.declaration.cible) == ("Annulation", None, numero)
    (changement,) = montrer(service_partout, accuse.numero_depot).lignes
    assert (changement.statut, changement.active) == (StatutDeclaration.ANNULEE, False)


def test_the_reason_of_a_refusal_is_shown(service_partout):
    reponse = service_partout.post(declare_certificats())
    numero = reponse.numeros[0]
    service_partout.sql("UPDATE ligne SET statut = 'REFUSEE'")
    service_partout.sql(
        "INSERT INTO transmission (id, organisme, numero, preparee_le, nombre, fichier, empreinte) "
        f"SELECT 1, '831', 1, date_reception, 1, 'f', '{'0' * 64}' FROM depot"
    )
    service_partout.sql(
        "INSERT INTO mouvement (transmission_id, rang, nature, declaration, reponse, motif) "
        f"VALUES (1, 1, 'CREATION', '{numero}', 'REFUSEE', 'Allocataire inconnu')"
    )
    (ligne,) = montrer(service_partout, reponse.texte("accuse/numeroDepot")).lignes
    assert (ligne.statut, ligne.refus) == (StatutDeclaration.REFUSEE, "Allocataire inconnu")


def test_a_long_deposit_is_shown_in_parts(service):
    lignes = [certificat(reference=f"r{rang}") for rang in range(1, LIGNES_PAR_PAGE + 3)]
    numero = service.post(declare_certificats(*lignes)).texte("accuse/numeroDepot")
    debut = montrer(service, numero)
    assert (len(debut.lignes), debut.suivante) == (LIGNES_PAR_PAGE, LIGNES_PAR_PAGE + 1)
    fin = montrer(service, numero, debut.suivante)
    assert [ligne.resultat.reference for ligne in fin.lignes] == ["r51", "r52"]
    assert fin.suivante is None
    assert montrer(service, numero, 10_000).lignes == []


def test_every_look_is_logged_without_a_name(service_partout):
    numero = service_partout.post(declare_certificats()).texte("accuse/numeroDepot")
    montrer(service_partout, numero)
    entree = service_partout.journal()[0]
    assert (entree.acte, entree.canal, entree.numero_depot) == ("DEPOT_CONSULTE", "EXTRANET", numero)
    assert (entree.utilisateur, entree.siret, entree.objet) == (AGENT, SIRET, None)


def test_one_declaration_is_found_by_its_number(service):
    reponse = service.post(declare_certificats(certificat(), certificat(salarie(nom="Autre"))))
    auteur, sien = declarant(service).auteur, etablissement(service)
    trouvee = montrer_ligne(service.dependencies, auteur, sien, reponse.numeros[1])
    assert trouvee.salarie.nom == "Autre"
    depot = reponse.texte("accuse/numeroDepot")
    for numero in (depot, f"{depot}-0003", f"{depot}-0000", f"{depot}-2", f"{depot}-²", "rien", ""):
        with pytest.raises(IntrouvableError):
            montrer_ligne(service.dependencies, auteur, sien, numero)


def test_the_receipt_is_the_very_bytes(service_partout):
    brouillon = certificats()
    accuse_signe = declarer(service_partout.dependencies, declarant(service_partout), brouillon, [1], essai=False)
    sien = etablissement(service_partout)
    numero = lire_accuse(accuse_signe).numero_depot
    assert lire_recepisse(service_partout.dependencies, sien, numero) == accuse_signe
    assert depot_du_message(service_partout.dependencies, sien, brouillon.identifiant) == accuse_signe
    assert depot_du_message(service_partout.dependencies, sien, brouillon.identifiant_essai) is None


def test_nothing_of_another_esat_is_shown(service_partout):
    reponse = service_partout.post(declare_certificats(certificat(reference="MAT-1")))
    numero, dependencies = reponse.texte("accuse/numeroDepot"), service_partout.dependencies
    service_partout.autre_esat()
    autre = etablissement(service_partout, AUTRE_SIRET, "autre@esat.example")
    auteur = declarant(service_partout, "autre@esat.example").auteur
    with pytest.raises(IntrouvableError):
        montrer_depot(dependencies, auteur, autre, numero)
    with pytest.raises(IntrouvableError):
        montrer_ligne(dependencies, auteur, autre, reponse.numeros[0])
    with pytest.raises(IntrouvableError):
        lire_recepisse(dependencies, autre, numero)
    for texte in (numero, "MAT-1", None):
        assert not chercher_depots(dependencies, autre, RechercheDepots(texte=texte), None).depots
