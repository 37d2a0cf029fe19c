"""The purge: what was kept long enough goes, the rest stays, seals verify, and nobody can pass a removal off as one."""

import threading
import time
from datetime import timedelta

import pytest
from fautes import exiger_faute
from journal import PAR_SCEAU, inscrire, sceaux, sceller_trois_fois, verdict
from maison import CONSULTE_SERVICE, MAINTENANT, ouvrir
from messages import certificat, consulte_depot, declare_certificats

from service.domain.actes import Acte
from service.errors import SaisieError, SceauxContrairesError
from service.storage import purges
from service.storage.journal import NouvelleEntree
from service.storage.purges import Comptes
from service.storage.tables import metadata
from service.usecases.consigner import AU_CLAVIER, consigner
from service.usecases.entretenir import entretenir
from service.usecases.purger import purger, simuler_la_purge
from service.usecases.sceller import sceller
from service.usecases.verifier_journal import verifier_journal

AN, MOIS = timedelta(days=366), timedelta(days=31)


@pytest.fixture
def service_partout(base, tmp_path, dossier_de_cles):
    """A service that keeps declarations for two years, with campaigns that are open all along."""
    for service in ouvrir(tmp_path, base, dossier_de_cles, conservation_declarations="2"):
        service.ouvrir_campagne(2026)
        yield service


def contenu(service) -> dict[str, list]:
    """Every row of every table."""
    return {nom: sorted(service.sql(f'SELECT * FROM "{nom}"'), key=repr) for nom in metadata.tables}


def deposer(service, lignes: int = 1) -> tuple[str, bytes]:
    """Declare; return the message and its receipt."""
    message = declare_certificats(*(certificat() for _ in range(lignes)))
    return message, service.post(message).octets


def purge(service, **options) -> Comptes:
    return purger(service.dependencies, AU_CLAVIER, **options)


def test_nothing_is_due_on_the_first_day(service_partout):
    sceller_trois_fois(service_partout)
    entretenir(service_partout.dependencies)
    avant = contenu(service_partout)
    assert sum(simuler_la_purge(service_partout.dependencies)) == 0
    assert contenu(service_partout) == avant
    assert sum(purge(service_partout)) == 0
    (entree,) = service_partout.journal(issue="FAIT")
    assert (entree.acte, entree.objet, entree.canal) == ("PURGE", "rien à effacer", "COMMANDE")


@pytest.fixture
def ancien(service_partout):
    """Two old deposits of three and two lines with an anomaly each, what hangs on them, and a young one."""
    deposer(service_partout, 3)
    mauvais = declare_certificats(certificat(montantNet="-1"), certificat())
    service_partout.post(mauvais)
    service_partout.post(CONSULTE_SERVICE, service_partout.condense())
    sceller(service_partout.dependencies)
    _ce_qui_pend_aux_depots(service_partout)
    service_partout.horloge.avancer(days=740)
    deposer(service_partout)
    sceller(service_partout.dependencies)
    service_partout.horloge.avancer(hours=1)
    return service_partout


def _ce_qui_pend_aux_depots(service) -> None:
    sqlite = service.maison.moteur.dialect.name == "sqlite"
    vieux = "1" if sqlite else "'2026-12-04'"
    octets = "x'00'" if sqlite else "'\\x00'::bytea"
    vrai = "0" if sqlite else "false"
    service.sql(
        "INSERT INTO operateur (id, courriel, nom, prenom, role, etat, provisoire, version, cree_le) "
        f"VALUES (1, 'o@caf.example', 'O', 'P', 'LECTURE', 'ACTIF', {vrai}, 1, {vieux})"
    )
    service.sql(f"INSERT INTO alerte_vue VALUES (1, 1, 1, {vieux}, 'vue'), (3, 1, 1, {vieux}, 'vue')")
    service.sql(
        "INSERT INTO transmission (id, organisme, numero, preparee_le, ecrite_le, nombre, fichier, empreinte, contenu) "
        f"VALUES (1, '831', 1, {vieux}, {vieux}, 2, 'f', 'e', {octets}), "
        f"(2, '831', 2, {vieux}, NULL, 0, 'g', 'e', {octets})"
    )
    service.sql(
        "INSERT INTO mouvement (transmission_id, rang, nature, declaration) "
        "VALUES (1, 1, 'CREATION', 'D'), (1, 2, 'CREATION', 'E')"
    )
    service.sql(
        "INSERT INTO courriel (id, modele, destinataire, identifiant, etat, essais, cree_le, prochain_essai, fini_le) "
        f"VALUES (1, 'm', 'd', 'i', 'ENVOYE', 1, {vieux}, {vieux}, {vieux}), "
        f"(2, 'm', 'd', 'j', 'A_ENVOYER', 1, {vieux}, {vieux}, NULL)"
    )
    service.sql(
        "INSERT INTO session_web (cle, espace, compte_id, version, ouverte_le, vue_le, donnees) "
        f"VALUES ({octets}, 'EXTRANET', 1, 1, {vieux}, {vieux}, {octets})"
    )


ATTENDUS = Comptes(
    depots=2, lignes=5, anomalies=1, bruts=2, transmissions=1, mouvements=2, entrees=3, courriels=1, seances=1, jetons=1
)


def test_a_simulation_tells_what_the_purge_does_and_changes_nothing(ancien):
    avant = contenu(ancien)
    prevu = simuler_la_purge(ancien.dependencies)
    assert contenu(ancien) == avant
    assert prevu == ATTENDUS
    assert purge(ancien) == prevu
    assert sum(simuler_la_purge(ancien.dependencies)) == 0


def test_what_is_due_goes_and_the_rest_stays(ancien):
    purge(ancien)
    restent = {nom: len(lignes) for nom, lignes in contenu(ancien).items()}
    assert [restent[nom] for nom in ("depot", "ligne", "anomalie", "message_brut")] == [1, 1, 0, 1]
    assert [restent[nom] for nom in ("alerte_vue", "transmission", "mouvement")] == [1, 2, 0]
    assert ancien.sql("SELECT id FROM transmission WHERE contenu IS NOT NULL") == [(2,)]
    assert ancien.sql("SELECT id FROM courriel") == [(2,)]
    assert [restent[nom] for nom in ("session_web", "jeton")] == [0, 0]
    assert [restent[nom] for nom in ("compte", "esat", "convention", "cle_integration", "operateur")] == [1] * 5
    # Of the log: the young deposit, and the two entries of the purge itself.
    assert [entree.acte for entree in ancien.journal()] == ["PURGE", "PURGE", None]
    assert restent["feuille"] == 3 + 1 + 1
    assert ancien.sql("SELECT count(*) FROM feuille WHERE sel IS NULL") == [(3,)]


def test_the_purge_is_itself_logged_with_its_counts(ancien):
    purge(ancien)
    fin, debut, _ = ancien.journal()
    assert fin.objet == (
        "dépôts et leurs accusés : 2, lignes déclarées : 5, anomalies : 1, messages d'origine : 2, contenus de "
        "fichiers transmis : 1, mouvements transmis : 2, entrées du journal : 3, courriels envoyés : 1, "
        "sessions des pages : 1, jetons consommés : 1"
    )
    assert debut.objet == "journal effacé jusqu'à l'entrée 3 (sceau 1), vérifié avant : intègre"


def test_seals_verify_after_a_purge(ancien):
    purge(ancien)
    lu = verdict(ancien)
    assert lu.integre, lu.ruptures
    assert (lu.purgees, lu.verifiees, lu.non_scellees) == (3, 2, 1)
    sceller(ancien.dependencies)
    assert (verdict(ancien).integre, verdict(ancien).verifiees) == (True, 3)
    assert [sceau.purge for sceau in sceaux(ancien)] == [0, 0, 3, 3]


def test_a_second_purge_on_the_same_day_has_nothing_to_do(ancien):
    purge(ancien)
    assert sum(purge(ancien)) == 0
    assert [sceau.purge for sceau in sceaux(ancien)] == [0, 0, 3]
    assert verdict(ancien).integre


def test_purges_follow_each_other_year_after_year(service_partout):
    for _ in range(3):
        inscrire(service_partout)
        sceller(service_partout.dependencies)
        service_partout.horloge.avancer(days=380)
        purge(service_partout)
        lu = verdict(service_partout)
        assert lu.integre, lu.ruptures
    assert lu.purgees >= 2 * PAR_SCEAU
    assert lu.purgees + lu.verifiees == service_partout.compter("feuille")


def test_the_same_message_gets_the_same_receipt_after_the_raw_one_is_gone(service_partout):
    message, recu = deposer(service_partout)
    sceller(service_partout.dependencies)
    service_partout.horloge.avancer(days=400)
    assert purge(service_partout).bruts == 1
    assert service_partout.compter("message_brut") == 0
    assert service_partout.post(message).octets == recu
    identifiant = message.partition("<identifiantMessage>")[2].partition("<")[0]
    assert service_partout.post(consulte_depot(identifiant=identifiant)).accuse_signe.decode() in recu.decode()
    autre = declare_certificats(identifiant=identifiant)
    exiger_faute(service_partout.post(autre), "CONFLIT_IDENTIFIANT", identifiant, identifiant.lower())


@pytest.mark.parametrize(
    ("ecoule", "bruts", "entrees", "depots"),
    [
        (timedelta(days=364), 0, 0, 0),
        (timedelta(days=365), 0, 1, 0),
        (timedelta(days=395), 0, 1, 0),
        (timedelta(days=397), 1, 1, 0),
        (timedelta(days=730), 1, 1, 0),
        (timedelta(days=732), 1, 1, 1),
    ],
)
def test_each_kind_is_kept_as_long_as_its_setting_says(service_partout, ecoule, bruts, entrees, depots):
    """12 months for the log, 13 for raw messages, 2 years for declarations: from 4 December 2026."""
    deposer(service_partout)
    sceller(service_partout.dependencies)
    service_partout.horloge.avancer(days=ecoule.days)
    comptes = purge(service_partout)
    assert (comptes.bruts, comptes.entrees, comptes.depots) == (bruts, entrees, depots)


def test_raw_messages_never_outlive_their_deposit(base_sqlite, tmp_path, dossier_de_cles):
    reglages = {"conservation_declarations": "1", "conservation_bruts": "100"}
    for service in ouvrir(tmp_path, base_sqlite, dossier_de_cles, **reglages):
        deposer(service)
        service.horloge.avancer(days=370)
        prevu = simuler_la_purge(service.dependencies)
        assert (prevu.depots, prevu.bruts) == (1, 1)
        assert purge(service) == prevu


def test_only_sealed_entries_are_purged(service_partout):
    inscrire(service_partout)
    service_partout.horloge.avancer(days=400)
    assert simuler_la_purge(service_partout.dependencies).entrees == 0
    assert purge(service_partout).entrees == 0
    assert len(service_partout.journal(operation="ConsulteService")) == PAR_SCEAU - 1


# --- nobody passes a removal off as a purge


def test_rows_removed_by_hand_beyond_a_purge_are_still_found(ancien):
    purge(ancien)
    sceller(ancien.dependencies)
    ancien.sql("DELETE FROM journal WHERE id = 4")
    ancien.sql("UPDATE feuille SET sel = NULL WHERE journal_id = 4")
    premiere = verdict(ancien).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_RETIREE", 4)


def test_an_entry_of_a_purge_that_was_not_explains_nothing(service_partout):
    """Whoever writes in the database can write such an entry, and the service will seal it: it is not asked."""
    sceller_trois_fois(service_partout)
    service_partout.sql("DELETE FROM journal WHERE id <= 8")
    service_partout.sql("UPDATE feuille SET sel = NULL WHERE journal_id <= 8")
    with service_partout.dependencies.unites.ecriture() as unite:
        objet = "journal effacé jusqu'à l'entrée 8 (sceau 2), vérifié avant : intègre"
        consigner(unite, AU_CLAVIER, Acte.PURGE, MAINTENANT, objet=objet)
        unite.commit()
    sceller(service_partout.dependencies)
    premiere = verdict(service_partout).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_RETIREE", 1)


def test_a_purge_that_a_removed_seal_announced_is_still_known_by_the_file(ancien):
    purge(ancien)
    ancien.sql("DELETE FROM sceau WHERE numero = 3")
    lu = verdict(ancien)
    assert [(rupture.nature, rupture.sceau) for rupture in lu.ruptures] == [("SCEAU_RETIRE", 3)]
    assert lu.purgees == 3


def test_a_leaf_of_an_erased_entry_that_was_changed_or_removed_is_found(ancien):
    purge(ancien)
    ancien.sql("UPDATE feuille SET hache = (SELECT hache FROM feuille WHERE journal_id = 1) WHERE journal_id = 2")
    (change,) = verdict(ancien).ruptures
    assert (change.nature, change.sceau) == ("FEUILLE_ALTEREE", 1)
    ancien.sql("DELETE FROM feuille WHERE journal_id = 2")
    (retire,) = verdict(ancien).ruptures
    assert (retire.nature, retire.sceau) == ("FEUILLE_ALTEREE", 1)
    assert "3 scellées, 2 trouvées" in retire.message


def test_an_erased_entry_put_back_is_found(ancien):
    (vieille,) = [entree for entree in ancien.journal() if entree.id == 2]
    purge(ancien)
    with ancien.dependencies.unites.ecriture() as unite:
        unite.journal.ajouter(NouvelleEntree(*vieille[1:]))
        unite.commit()
    ancien.sql("UPDATE journal SET id = 2 WHERE id = (SELECT max(id) FROM journal)")
    premiere = verdict(ancien).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_ALTEREE", 2)


@pytest.mark.parametrize("requete", ["UPDATE journal SET taille = 1 WHERE id = 2", "DELETE FROM journal WHERE id = 2"])
def test_what_is_broken_is_not_erased_unless_one_insists_and_the_log_says_so(ancien, requete):
    ancien.sql(requete)
    avant = contenu(ancien)
    with pytest.raises(SaisieError, match="journal verifier"):
        purge(ancien)
    assert contenu(ancien) == avant
    purge(ancien, malgre_la_rupture=True)
    debut = ancien.journal(issue="FAIT")[1]
    assert "rompu (1), première : entrée" in debut.objet
    assert debut.objet.endswith("entrée 2")
    assert ancien.journal(operation="DeclareCertificatEmploi")[-1].id > 3


def test_an_entry_removed_before_a_purge_stays_found_after_it(ancien):
    ancien.sql("DELETE FROM journal WHERE id = 2")
    purge(ancien, malgre_la_rupture=True)
    premiere = verdict(ancien).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_RETIREE", 2)


def test_nothing_is_erased_while_the_file_of_seals_tells_another_history(ancien):
    ancien.sql("DELETE FROM sceau WHERE numero = 2")
    with pytest.raises(SceauxContrairesError):
        purge(ancien)
    assert ancien.compter("depot") == 3
    assert ancien.compter("message_brut") == 3


# --- stopped anywhere, beside messages


class ArretError(Exception):
    """The purge is stopped here."""


@pytest.mark.parametrize("lots", range(1, 12))
def test_a_purge_stopped_after_any_lot_leaves_a_log_that_verifies_and_goes_on_at_the_next(ancien, monkeypatch, lots):
    monkeypatch.setattr(purges, "LOT", 1)
    monkeypatch.setattr(purges, "LIGNES", 1)
    faits = []

    def arreter(comptes: Comptes) -> None:
        faits.append(comptes)
        if len(faits) == lots:
            raise ArretError

    with pytest.raises(ArretError):
        purge(ancien, suivre=arreter)
    lu = verdict(ancien)
    assert lu.integre, lu.ruptures
    reste = simuler_la_purge(ancien.dependencies)
    assert faits[-1].plus(reste) == ATTENDUS
    assert purge(ancien) == reste
    assert verdict(ancien).integre


def test_a_purge_begun_while_the_log_is_being_verified_is_no_alarm(service_partout, monkeypatch):
    monkeypatch.setattr("service.usecases.parcourir_feuilles.PAGE", 2)
    monkeypatch.setattr("service.usecases.verifier_journal._SCEAUX", 1)
    sceller_trois_fois(service_partout)
    service_partout.horloge.avancer(days=400)
    fait = []

    def suivre(_atteint: int, _total: int) -> None:
        if not fait:
            fait.append(purge(service_partout))

    lu = verifier_journal(service_partout.dependencies, suivre=suivre)
    assert fait[0].entrees == 3 * PAR_SCEAU
    assert lu.integre, lu.ruptures
    assert lu.verifiees + lu.purgees >= 3 * PAR_SCEAU
    assert lu.purgees == 2 * PAR_SCEAU


def test_messages_are_taken_while_a_purge_runs(service_partout, monkeypatch):
    monkeypatch.setattr(purges, "LOT", 20)
    service_partout.horloge.instant = MAINTENANT
    with service_partout.dependencies.unites.ecriture() as unite:
        for _ in range(2000):
            consigner(unite, AU_CLAVIER, Acte.CAMPAGNE_FIXEE, MAINTENANT)
        unite.commit()
    sceller(service_partout.dependencies)
    service_partout.horloge.avancer(days=400)
    durees: list[float] = []
    fil = threading.Thread(target=lambda: purge(service_partout))
    fil.start()
    while fil.is_alive():
        debut = time.monotonic()
        deposer(service_partout)
        durees.append(time.monotonic() - debut)
    fil.join()
    assert len(durees) > 20
    assert max(durees) < 2
    sceller(service_partout.dependencies)
    assert verdict(service_partout).integre
