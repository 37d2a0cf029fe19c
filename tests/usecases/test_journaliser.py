"""The log of submissions: one entry a message, the refused ones too, with what is known of it and nothing it holds."""

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MAINTENANT, MOT_DE_PASSE
from messages import (
    AUTRE_SIRET,
    SIRET,
    annule,
    certificat,
    consulte_depot,
    declare_certificats,
    declare_changements,
    en_clair,
    enveloppe,
    liste_depots,
    modifie_mot_de_passe,
    operation,
    reste_a_declarer,
)

from service.usecases.refus_anonymes import RefusAnonymes

IDENTIFIANT = "6513270E-269E-4D37-B2A7-4DE452E6B438"


def seule(service, **attendu):
    """The only entry, whose columns are to be as said."""
    (entree,) = service.journal()
    assert {nom: getattr(entree, nom) for nom in attendu} == attendu
    return entree


def compte_de(service, code=AGENT):
    with service.dependencies.unites.lecture() as unite:
        return unite.comptes.pour_authentification(code)


def test_a_deposit_leaves_who_when_where_what_and_how_it_ended(service_partout):
    octets = enveloppe(
        declare_certificats(certificat(), certificat(nombreMois="13"), identifiant=IDENTIFIANT),
        en_clair(AGENT.upper(), service_partout.cle),
    )
    reponse = service_partout.brut(octets, HTTP_USER_AGENT="Mimosa/12.3", REMOTE_ADDR="127.0.0.9")
    compte = compte_de(service_partout)
    entree = seule(
        service_partout,
        instant=MAINTENANT,
        adresse="127.0.0.9",
        agent="Mimosa/12.3",
        utilisateur=AGENT,
        compte_id=compte.id,
        siret=SIRET,
        esat_id=compte.esats[0].id,
        operation="DeclareCertificatEmploi",
        taille=len(octets),
        issue="ACCEPTE_PARTIELLEMENT",
        code=None,
        identifiant_message=IDENTIFIANT.lower(),
        numero_depot=reponse.texte("accuse/numeroDepot"),
        identifiant_incident=None,
        identifiant_requete=reponse.entetes["X-Request-Id"],
        nombre=1,
    )
    assert entree.duree_us > 0


CONSULTATIONS = {
    "ConsulteService": lambda numero: CONSULTE_SERVICE,
    "ListeAnomalies": lambda numero: operation("ListeAnomalies"),
    "ListeDepots": lambda numero: liste_depots(),
    "ListeResteADeclarer": lambda numero: reste_a_declarer(),
    "ConsulteDepot": lambda numero: consulte_depot(numero),
}


def test_every_operation_leaves_one_entry(service_partout):
    depot = service_partout.post(declare_changements()).texte("accuse/numeroDepot")
    for rang, (nom, charge) in enumerate(CONSULTATIONS.items(), 2):
        assert service_partout.post(charge(depot)).statut == 200
        entrees = service_partout.journal()
        assert len(entrees) == rang
        assert (entrees[0].operation, entrees[0].issue, entrees[0].code) == (nom, "REPONDU", None)
        assert entrees[0].siret == (
            SIRET if nom.startswith(("Liste", "ConsulteD")) and nom != "ListeAnomalies" else None
        )
    assert entrees[0].numero_depot == depot


REFUS = {
    # what was sent → code, and whether operation, user, account and SIRET are known by then
    "MESSAGE_ILLISIBLE": (lambda s: s.brut(b"<x"), False, False, False),
    "OPERATION_INCONNUE": (lambda s: s.post("<x/>"), False, False, False),
    "SECURITE_INVALIDE": (lambda s: s.post(declare_certificats(), ""), True, False, False),
    "AUTHENTIFICATION": (lambda s: s.post(declare_certificats(), en_clair(AGENT, "faux")), True, True, False),
    "SCHEMA_INVALIDE": (lambda s: s.post(declare_certificats(annee="x")), True, True, True),
    "CAMPAGNE_FERMEE": (lambda s: s.post(declare_certificats(annee=2019)), True, True, True),
    "MOT_DE_PASSE_REFUSE": (
        lambda s: s.post(modifie_mot_de_passe(MOT_DE_PASSE, "x"), en_clair(AGENT, MOT_DE_PASSE)),
        True,
        True,
        True,
    ),
}


@pytest.mark.parametrize(("code", "cas"), REFUS.items(), ids=REFUS)
def test_a_refusal_leaves_one_entry_with_what_is_known_by_then(service, code, cas):
    envoi, operation_connue, utilisateur_connu, compte_connu = cas
    reponse = envoi(service)
    exiger_faute(reponse, code)
    entree = seule(service, issue="REFUSE", code=code, nombre=1, numero_depot=None, identifiant_incident=None)
    assert (entree.operation is not None) is operation_connue
    assert (entree.utilisateur == AGENT) is utilisateur_connu
    assert (entree.compte_id is not None) is compte_connu
    assert entree.identifiant_requete == reponse.faute.incident
    if operation_connue and code != "MOT_DE_PASSE_REFUSE":
        assert entree.siret == SIRET
        assert entree.identifiant_message is not None


def test_a_refusal_for_another_esat_names_it_but_is_not_its_own(service_partout):
    service_partout.autre_esat()
    service_partout.post(declare_certificats(siret=AUTRE_SIRET))
    seule(service_partout, siret=AUTRE_SIRET, esat_id=None, code="HABILITATION")


@pytest.mark.parametrize(
    ("siret", "identifiant"),
    [("1234567820001", "x" * 36), ("12345678200010x", "6513270e"), ("' OR 1=1 --", "<![CDATA[<x/>]]>"), ("", "")],
)
def test_only_what_looks_like_a_siret_or_an_identifier_is_logged_as_such(service, siret, identifiant):
    charge = declare_certificats(siret="@", identifiant="@").replace("<siret>@", f"<siret>{siret}")
    service.post(charge.replace("<identifiantMessage>@", f"<identifiantMessage>{identifiant}"))
    seule(service, siret=None, identifiant_message=None, code="SCHEMA_INVALIDE")


def test_an_incident_is_logged_under_the_identifier_that_the_sender_was_told(service_partout):
    service_partout.sql("DROP TABLE anomalie")
    service_partout.sql("ALTER TABLE ligne RENAME TO ailleurs")
    reponse = service_partout.post(declare_certificats())
    exiger_faute(reponse, "INCIDENT")
    seule(service_partout, code="INCIDENT", identifiant_incident=reponse.faute.incident, siret=SIRET)
    assert service_partout.compter("depot") == 0


def test_a_repeated_message_and_a_cancellation_say_so(service_partout):
    charge = declare_certificats()
    depot = service_partout.post(charge)
    service_partout.post(charge)
    service_partout.post(annule(*depot.numeros))
    service_partout.post(annule(*depot.numeros))
    vues = [(entree.operation, entree.issue) for entree in service_partout.journal()]
    assert vues == [
        ("AnnuleDeclaration", "REJETE"),
        ("AnnuleDeclaration", "ACCEPTE"),
        ("DeclareCertificatEmploi", "REPETE"),
        ("DeclareCertificatEmploi", "ACCEPTE"),
    ]
    repete, premier = service_partout.journal()[2:]
    assert repete.numero_depot == premier.numero_depot


class TestFloods:
    def test_refusals_of_strangers_beyond_60_a_minute_become_one_entry(self, service_partout):
        for _ in range(75):
            service_partout.brut(b"<x")
        service_partout.http(b"", CONTENT_TYPE="application/json")
        assert len(service_partout.journal()) == 60
        service_partout.brut(b"<x", REMOTE_ADDR="192.0.2.1")
        assert len(service_partout.journal()) == 61
        service_partout.horloge.avancer(minutes=1)
        service_partout.brut(b"<x")
        assert len(service_partout.journal()) == 62

    def test_what_the_account_holder_does_is_always_logged(self, service):
        for _ in range(70):
            service.brut(b"<x")
        for _ in range(5):
            service.post(declare_certificats(annee=2019))
            service.post(CONSULTE_SERVICE)
        assert len(service.journal(code="CAMPAGNE_FERMEE")) == 5
        assert len(service.journal(issue="REPONDU")) == 5

    def test_the_counts_are_those_of_each_address_and_minute(self):
        refus = RefusAnonymes(par_minute=2)
        autre_minute = MAINTENANT.replace(minute=31)
        admis = [refus.compter("a", MAINTENANT) for _ in range(5)]
        assert admis == [True, True, False, False, False]
        assert [refus.compter("b", MAINTENANT) for _ in range(3)] == [True, True, False]
        assert [refus.compter("a", autre_minute) for _ in range(2)] == [True, True]
        assert refus.echus(MAINTENANT) == []
        assert [tuple(compte) for compte in refus.echus(autre_minute)] == [("a", MAINTENANT, 3), ("b", MAINTENANT, 1)]
        assert refus.echus(autre_minute) == []
        assert [refus.compter("a", autre_minute) for _ in range(2)] == [False, False]
        assert [tuple(compte) for compte in refus.echus()] == [("a", autre_minute, 2)]
