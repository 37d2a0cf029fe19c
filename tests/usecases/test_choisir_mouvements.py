"""What leaves for the back office and as which movement, whatever an ESAT did before and after."""

import random
import threading
import uuid

import psycopg
import pytest
from echanges import lire_dossier, reponse, sort, tout_integrer
from messages import (
    AUTRE_SIRET,
    annule,
    certificat,
    changement,
    declare_certificats,
    declare_changements,
    depart,
    en_clair,
    nouveau_nir,
    salarie,
)

from service.errors import IndisponibleError
from service.usecases import choisir_mouvements
from service.usecases.consigner import AU_CLAVIER
from service.usecases.integrer import integrer
from service.usecases.transmettre import transmettre

AUTRE = "autre@esat.example"


class Feed:
    """A service and the back office that reads its files."""

    def __init__(self, service):
        self.service = service
        self.lus = {}

    def declarer(self, personne=None, remplace=None, **options):
        (numero,) = self.service.post(declare_certificats(certificat(personne, remplace=remplace), **options)).numeros
        self.service.horloge.avancer(seconds=1)
        return numero

    def annuler(self, *numeros, **options):
        codes = self.service.post(annule(*numeros, **options)).codes
        self.service.horloge.avancer(seconds=1)
        return codes

    def transmettre(self):
        """Transmit; return what is new: by reference, the facts of each movement."""
        self.service.horloge.avancer(seconds=1)
        transmettre(self.service.dependencies, AU_CLAVIER)
        tous = lire_dossier(self.service.dependencies.transmissions.chemin)
        nouveaux = {nom: lu for nom, lu in tous.items() if nom not in self.lus}
        self.lus = tous
        return {nom: lu.faits for nom, lu in nouveaux.items()}

    def repondre(self, nom, *sorts):
        organisme, _, numero = nom.partition("-")
        return integrer(self.service.dependencies, AU_CLAVIER, reponse(organisme, int(numero), *sorts))

    def statut(self, numero):
        depot, _, rang = numero.rpartition("-")
        ((statut,),) = self.service.sql(
            "SELECT ligne.statut FROM ligne JOIN depot ON depot.id = ligne.depot_id "
            f"WHERE depot.numero = '{depot}' AND ligne.rang = {int(rang)}"
        )
        return statut


@pytest.fixture
def feed(service_partout):
    """The feed of a service, on SQLite then on PostgreSQL."""
    return Feed(service_partout)


def test_an_accepted_declaration_leaves_once(feed):
    numero = feed.declarer()
    assert feed.statut(numero) == "RECUE"
    assert feed.transmettre() == {"831-1": [("creation", numero, None)]}
    assert feed.statut(numero) == "TRANSMISE"
    assert feed.transmettre() == {}


def test_numbers_of_an_organisme_follow_each_other(feed):
    for rang in range(1, 4):
        assert list(feed.transmettre()) == []
        feed.declarer()
        assert list(feed.transmettre()) == [f"831-{rang}"]


def test_changes_of_activity_leave_as_certificates_do(feed):
    personne = salarie()
    numeros = feed.service.post(
        declare_changements(changement(), changement(personne, detail=depart("2026-11-30")))
    ).numeros
    assert feed.transmettre() == {"831-1": [("creation", numero, None) for numero in numeros]}
    assert [mouvement.textes("depart/motif") for mouvement in feed.lus["831-1"].mouvements] == [[], ["RETRAITE"]]


def test_a_trial_never_leaves(feed):
    declare = feed.declarer()
    assert feed.service.post(declare_certificats(essai=True)).numeros[0]
    feed.annuler(declare, essai=True)
    assert feed.transmettre() == {"831-1": [("creation", declare, None)]}
    feed.annuler(declare, essai=True)
    feed.declarer(essai=True)
    assert feed.transmettre() == {}


def test_a_rejected_line_never_leaves(feed):
    bonne, mauvaise = feed.service.post(declare_certificats(certificat(), certificat(nombreMois="13"))).numeros
    assert mauvaise is None
    assert feed.transmettre() == {"831-1": [("creation", bonne, None)]}


def test_what_was_cancelled_before_it_left_never_leaves(feed):
    feed.annuler(feed.declarer())
    assert feed.transmettre() == {}


def test_what_was_replaced_before_it_left_never_leaves(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    derniere = feed.declarer(personne, remplace=feed.declarer(personne, remplace=premiere))
    assert feed.transmettre() == {"831-1": [("creation", derniere, None)]}
    assert [feed.statut(numero) for numero in (premiere, derniere)] == ["REMPLACEE", "TRANSMISE"]


def test_a_replacement_names_the_one_that_left(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    seconde = feed.declarer(personne, remplace=premiere)
    assert feed.transmettre() == {"831-2": [("remplacement", seconde, premiere)]}
    troisieme = feed.declarer(personne, remplace=seconde)
    assert feed.transmettre() == {"831-3": [("remplacement", troisieme, seconde)]}


def test_a_replacement_skips_those_that_never_left(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    derniere = feed.declarer(personne, remplace=feed.declarer(personne, remplace=premiere))
    assert feed.transmettre() == {"831-2": [("remplacement", derniere, premiere)]}


def test_a_cancellation_is_told_of_what_left(feed):
    numero = feed.declarer()
    feed.transmettre()
    feed.annuler(numero)
    assert feed.transmettre() == {"831-2": [("annulation", numero, None)]}
    assert feed.statut(numero) == "ANNULEE"
    assert feed.transmettre() == {}


def test_who_cancels_a_replacement_that_never_left_cancels_what_left(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    feed.annuler(feed.declarer(personne, remplace=feed.declarer(personne, remplace=premiere)))
    assert feed.transmettre() == {"831-2": [("annulation", premiere, None)]}


def test_a_declaration_taken_over_can_still_be_replaced_and_cancelled(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    feed.repondre("831-1", sort(premiere))
    assert feed.statut(premiere) == "INTEGREE"
    seconde = feed.declarer(personne, remplace=premiere)
    assert feed.transmettre() == {"831-2": [("remplacement", seconde, premiere)]}
    feed.repondre("831-2", sort(seconde))
    feed.annuler(seconde)
    assert feed.transmettre() == {"831-3": [("annulation", seconde, None)]}


def test_a_refused_declaration_is_declared_anew_and_not_replaced(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    feed.repondre("831-1", sort(premiere, "REFUSEE", "Inconnu."))
    refusee = feed.service.post(declare_certificats(certificat(personne, remplace=premiere)))
    assert refusee.codes == [["C16"]]
    assert feed.annuler(premiere) == [["C16"]]
    nouvelle = feed.declarer(personne)
    assert feed.transmettre() == {"831-2": [("creation", nouvelle, None)]}


def test_what_was_refused_before_its_correction_left_is_not_held(feed):
    personne, autre = salarie(), salarie()
    remplacee, annulee = feed.declarer(personne), feed.declarer(autre)
    feed.transmettre()
    nouvelle = feed.declarer(personne, remplace=remplacee)
    feed.annuler(annulee)
    feed.repondre("831-1", *(sort(numero, "REFUSEE", "Inconnu.") for numero in (remplacee, annulee)))
    assert [feed.statut(numero) for numero in (remplacee, annulee)] == ["REMPLACEE", "ANNULEE"]
    assert feed.transmettre() == {"831-2": [("creation", nouvelle, None)]}


def test_who_replaced_a_declaration_gave_it_up_even_if_the_new_one_is_refused(feed):
    personne = salarie()
    premiere = feed.declarer(personne)
    feed.transmettre()
    seconde = feed.declarer(personne, remplace=premiere)
    feed.transmettre()
    feed.repondre("831-2", sort(seconde, "REFUSEE", "Inconnu."))
    assert [feed.statut(numero) for numero in (premiere, seconde)] == ["REMPLACEE", "REFUSEE"]
    troisieme = feed.declarer(personne)
    assert feed.transmettre() == {"831-3": [("creation", troisieme, None)]}


def test_each_organisme_has_its_own_file(feed):
    feed.service.convention("SANS", organisme=None)
    feed.service.esat(AUTRE_SIRET, "SANS")
    feed.service.compte(AUTRE, AUTRE_SIRET)
    cle = feed.service.nouvelle_cle(AUTRE)
    de_la_convention = feed.declarer()
    du_salarie = feed.declarer(salarie(numero="1234567A", organisme="131"))
    entetes = en_clair(AUTRE, cle)
    (inconnu,) = feed.service.post(declare_certificats(siret=AUTRE_SIRET), entetes).numeros
    assert feed.transmettre() == {
        "000-1": [("creation", inconnu, None)],
        "131-1": [("creation", du_salarie, None)],
        "831-1": [("creation", de_la_convention, None)],
    }


def test_a_correction_of_the_organisme_is_told_to_both(feed):
    nir = nouveau_nir()
    premiere = feed.declarer(salarie(nir, "1234567A", "131"))
    feed.transmettre()
    seconde = feed.declarer(salarie(nir, "1234567A", "132"), remplace=premiere)
    assert feed.transmettre() == {
        "131-2": [("annulation", premiere, None)],
        "132-1": [("creation", seconde, None)],
    }
    feed.annuler(seconde)
    assert feed.transmettre() == {"132-2": [("annulation", seconde, None)]}


def test_a_cancellation_follows_its_declaration_whatever_the_convention_says_now(feed):
    numero = feed.declarer()
    feed.transmettre()
    feed.service.sql("UPDATE convention SET organisme = '999'")
    feed.annuler(numero)
    autre = feed.declarer()
    assert feed.transmettre() == {
        "831-2": [("annulation", numero, None)],
        "999-1": [("creation", autre, None)],
    }


def test_a_cancellation_asked_for_twice_or_by_another_esat_is_told_once(feed):
    entetes = en_clair(AUTRE, feed.service.autre_esat())
    numero = feed.declarer()
    feed.transmettre()
    assert feed.service.post(annule(numero, siret=AUTRE_SIRET), entetes).codes == [["C16"]]
    assert feed.transmettre() == {}
    assert feed.annuler(numero, numero) == [[], ["C16"]]
    assert feed.annuler(numero, "n'importe quoi", "D261204-AAAAAAAA-0001") == [["C16"]] * 3
    assert feed.service.post(annule(numero, siret=AUTRE_SIRET), entetes).codes == [["C16"]]
    assert feed.transmettre() == {"831-2": [("annulation", numero, None)]}
    assert feed.annuler(numero) == [["C16"]]
    assert feed.transmettre() == {}


def test_lots_of_deposits_fill_the_same_file_in_their_order(feed, monkeypatch):
    monkeypatch.setattr(choisir_mouvements, "LIGNES", 2)
    numeros = [feed.declarer() for _ in range(3)]
    numeros += feed.service.post(declare_certificats(*[certificat() for _ in range(5)])).numeros
    numeros += [feed.declarer() for _ in range(2)]
    assert feed.transmettre() == {"831-1": [("creation", numero, None) for numero in numeros]}


def test_a_full_file_is_followed_by_another(feed, monkeypatch):
    monkeypatch.setattr(choisir_mouvements, "MOUVEMENTS_MAX", 3)
    monkeypatch.setattr(choisir_mouvements, "LIGNES", 2)
    numeros = feed.service.post(declare_certificats(*[certificat() for _ in range(8)])).numeros
    numeros += [feed.declarer() for _ in range(2)]
    fichiers = feed.transmettre()
    assert [len(faits) for faits in fichiers.values()] == [3, 3, 3, 1]
    assert [numero for faits in fichiers.values() for _, numero, _ in faits] == numeros


def test_a_deposit_that_commits_after_a_later_one_is_not_passed_over(base_postgresql, service_postgresql):
    """Its id is the smaller one; the transmitter waits for it."""
    feed = Feed(service_postgresql)
    en_cours = psycopg.connect(base_postgresql.replace("postgresql+psycopg:", "postgresql:"))
    en_cours.execute(
        "INSERT INTO depot (id, numero, esat_id, identifiant_message, operation, essai, empreinte, date_reception, "
        "statut, nombre_recues, nombre_acceptees, nombre_rejetees, version_regles, logiciel_editeur, logiciel_nom, "
        "logiciel_version, accuse_signe) SELECT nextval('depot_id_seq'), 'D261204-ENCOURS0', esat.id, %s, "
        "'DeclareCertificatEmploi', false, %s, now(), 'ACCEPTE', 1, 1, 0, 'v', 'e', 'n', 'v', '' FROM esat",
        (str(uuid.uuid4()), "0" * 64),
    )
    visible = feed.declarer()
    donnees = feed.service.sql(f"SELECT encode(donnees, 'hex') FROM ligne WHERE numero = '{visible}'")[0][0]
    en_cours.execute(
        "INSERT INTO ligne (depot_id, rang, nature, numero, esat_id, annee, donnees, nombre_mois, montant_net, "
        "montant_aide_poste, essai, statut, statut_depuis) SELECT depot.id, 1, 'CERTIFICAT', "
        "'D261204-ENCOURS0-0001', depot.esat_id, 2026, decode(%s, 'hex'), 12, 81240, 64010, false, 'RECUE', now() "
        "FROM depot WHERE numero = 'D261204-ENCOURS0'",
        (donnees,),
    )
    fil = threading.Timer(0.5, en_cours.commit)
    fil.start()
    assert feed.transmettre() == {"831-1": [("creation", "D261204-ENCOURS0-0001", None), ("creation", visible, None)]}
    fil.join()
    en_cours.close()


def test_a_deposit_that_never_ends_is_told_and_passes_nothing_over(base_postgresql, service_postgresql, monkeypatch):
    feed = Feed(service_postgresql)
    numero = feed.declarer()
    monkeypatch.setattr("service.storage.mouvements.MouvementsRepository.borne.__defaults__", (0.2,))
    with psycopg.connect(base_postgresql.replace("postgresql+psycopg:", "postgresql:")) as en_cours:
        en_cours.execute("UPDATE depot SET statut = statut")
        with pytest.raises(IndisponibleError, match="dépôt est en cours"):
            feed.transmettre()
        en_cours.rollback()
    assert feed.transmettre() == {"831-1": [("creation", numero, None)]}


class CafDEssai:
    """A back office that applies files in the order of their numbers, and refuses at random."""

    def __init__(self, alea):
        self.alea = alea
        self.detenues = {}
        self.appliques = set()

    def appliquer(self, lus):
        """Apply new files; return their answers, to be given when it pleases."""
        reponses = []
        for nom, lu in sorted(lus.items(), key=lambda un: (un[1].organisme, un[1].numero)):
            if nom in self.appliques:
                continue
            assert lu.numero == 1 or f"{lu.organisme}-{lu.numero - 1}" in self.appliques
            self.appliques.add(nom)
            reponses.append(self._appliquer_un(lu))
        return reponses

    def _appliquer_un(self, lu):
        refus = {}
        for nature, numero, remplace in lu.faits:
            siennes = self.detenues.setdefault(lu.organisme, set())
            if nature == "annulation":
                assert numero in siennes or numero not in set().union(*self.detenues.values())
                siennes.discard(numero)
                continue
            siennes.discard(remplace)
            assert all(numero not in autres for autres in self.detenues.values()), "passed on twice"
            if self.alea.random() < 0.25:
                refus[numero.replace("-", "_")] = "Refusé au hasard."
            else:
                siennes.add(numero)
        return tout_integrer(lu, **refus)


@pytest.mark.parametrize("graine", range(6))
def test_the_back_office_holds_in_the_end_what_is_active_here(service, monkeypatch, graine):
    """Any life of declarations, with any interleaving of transmissions and answers."""
    alea = random.Random(graine)
    monkeypatch.setattr(choisir_mouvements, "MOUVEMENTS_MAX", 4)
    monkeypatch.setattr(choisir_mouvements, "LIGNES", 3)
    feed, caf, actives, attente = Feed(service), CafDEssai(alea), {}, []
    personnes = [nouveau_nir() for _ in range(6)]

    def identite(nir):
        return salarie(nir, "1234567A", alea.choice(["831", "131"])) if alea.random() < 0.4 else salarie(nir)

    for _ in range(60):
        acte, nir = alea.random(), alea.choice(personnes)
        courante = actives.get(nir)
        vivante = courante is not None and feed.statut(courante) in ("RECUE", "TRANSMISE", "INTEGREE")
        if acte < 0.55:
            actives[nir] = feed.declarer(identite(nir), remplace=courante if vivante else None)
        elif acte < 0.75 and vivante:
            assert feed.annuler(courante) == [[]]
        elif acte < 0.9:
            feed.transmettre()
            attente += caf.appliquer(feed.lus)
            alea.shuffle(attente)
        elif attente:
            integrer(service.dependencies, AU_CLAVIER, attente.pop())
    feed.transmettre()
    attente += caf.appliquer(feed.lus)
    for une in attente:
        integrer(service.dependencies, AU_CLAVIER, une)
    ici = {numero for (numero,) in service.sql("SELECT numero FROM ligne WHERE statut IN ('TRANSMISE', 'INTEGREE')")}
    assert set().union(*caf.detenues.values()) == ici
    assert service.sql("SELECT numero FROM ligne WHERE statut = 'RECUE'") == []
