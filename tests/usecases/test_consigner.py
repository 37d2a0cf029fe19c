"""consigner: an act is an entry of the log, in the transaction of the act, on both databases."""

from maison import Service

from service.domain.actes import Acte, Canal
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner

AUTEUR = Auteur(Canal.CONSOLE, "lea@caf.example", adresse="127.0.0.1", agent="Chromium", requete="abc")


def test_an_act_says_who_what_when_from_where_and_why(service_partout: Service):
    instant = service_partout.horloge()
    with service_partout.dependencies.unites.ecriture() as unite:
        consigner(unite, AUTEUR, Acte.BRUT_CONSULTE, instant, motif="réclamation", numero_depot="D261204-AAAAAAAA")
        unite.commit()
    (entree,) = service_partout.journal()
    assert (entree.canal, entree.acte, entree.issue, entree.code) == ("CONSOLE", "BRUT_CONSULTE", "FAIT", None)
    assert (entree.utilisateur, entree.adresse, entree.agent) == ("lea@caf.example", "127.0.0.1", "Chromium")
    assert (entree.motif, entree.numero_depot, entree.instant) == ("réclamation", "D261204-AAAAAAAA", instant)


def test_a_refused_act_keeps_the_code_of_its_refusal(service: Service):
    with service.dependencies.unites.ecriture() as unite:
        consigner(
            unite, AU_CLAVIER, Acte.ACCES_REFUSE, service.horloge(), objet="/extranet/depots", refuse="INTROUVABLE"
        )
        unite.commit()
    (entree,) = service.journal()
    assert (entree.canal, entree.issue, entree.code, entree.objet) == (
        "COMMANDE",
        "REFUSE",
        "INTROUVABLE",
        "/extranet/depots",
    )


def test_an_act_that_is_rolled_back_leaves_no_entry(service: Service):
    with service.dependencies.unites.ecriture() as unite:
        consigner(unite, AUTEUR, Acte.PURGE, service.horloge())
    assert service.journal() == []
