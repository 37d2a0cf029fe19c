"""Whatever a message holds, none of it reaches a technical log or an output, at the most talkative level.

A message is refused in turn at every step of its way; each carries a password, a clé, and somebody's data.
"""

import re

import pytest
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE
from messages import (
    SOAP_12,
    certificat,
    consulte_depot,
    declare_certificats,
    en_clair,
    enveloppe,
    liste_depots,
    modifie_mot_de_passe,
    salarie,
)

NIR = "185057500000109"
SECRETS = [NIR, "7654321X", "Zéphirine", "Dutilleul", "1985-05-14", "cle_", MOT_DE_PASSE, "un secret"]
PERSONNE = salarie(NIR, numero="7654321X", organisme="831", nom="Dutilleul", prenom="Zéphirine")


def porteur(**options):
    """A payload with all there is to hide."""
    return declare_certificats(certificat(PERSONNE), **options)


def illisible(service):
    return service.brut(enveloppe(porteur(), en_clair(AGENT, MOT_DE_PASSE))[:-9])


def illisible_en_cours(service):
    return service.brut(enveloppe(porteur(), en_clair(AGENT, service.cle)).replace(b"</nom>", b"&zut;</nom>"))


def doctype(service):
    return service.brut(b'<!DOCTYPE a SYSTEM "http://127.0.0.1/un secret">' + enveloppe(porteur()))


def operation_inconnue(service):
    return service.post(porteur().replace("DeclareCertificatEmploi", "Dutilleul"))


def en_tete_incompris(service):
    return service.post(porteur(), en_clair(AGENT, MOT_DE_PASSE) + f'<a xmlns="urn:{NIR}" s:mustUnderstand="1"/>')


def securite_invalide(service):
    return service.post(porteur(), en_clair(AGENT, MOT_DE_PASSE).replace("</wsse:Username>", "<x/></wsse:Username>"))


def authentification(service):
    return service.post(porteur(), en_clair("inconnu@esat.example", "un secret"))


def schema_invalide(service):
    mauvais = certificat(PERSONNE).replace(NIR, f"{NIR}é").replace("1985-05-14", "1985-05-14x")
    return service.post(declare_certificats(mauvais), en_clair(AGENT, MOT_DE_PASSE))


def habilitation(service):
    return service.post(porteur(siret="98765432100017"))


def campagne_fermee(service):
    return service.post(porteur(annee=2019))


def mot_de_passe_refuse(service):
    return service.post(modifie_mot_de_passe(MOT_DE_PASSE, "un secret"), en_clair(AGENT, MOT_DE_PASSE))


def introuvable(service):
    return service.post(consulte_depot(numero="Dutilleul"))


def curseur(service):
    return service.post(liste_depots(curseur="Zéphirine"))


def rejetee(service):
    return service.post(declare_certificats(certificat(PERSONNE), certificat(PERSONNE, nombreMois="99")))


def acceptee(service):
    return service.post(porteur(), en_clair(AGENT, MOT_DE_PASSE), soap=SOAP_12)


def incident(service):
    with service.maison.moteur.connect() as connexion:
        connexion.exec_driver_sql("DROP TABLE anomalie")
        connexion.exec_driver_sql("DROP TABLE ligne")
    return service.post(porteur())


def incident_bavard(service):
    # A database may quote in its error the very row that it refuses.
    if service.maison.moteur.dialect.name == "sqlite":
        service.sql("CREATE TRIGGER t BEFORE INSERT ON depot BEGIN SELECT RAISE(ABORT, 'Dutilleul Zéphirine'); END")
    else:
        service.sql("ALTER TABLE depot ADD CHECK (logiciel_editeur = 'x')")
    return service.post(porteur().replace("Éditions Mimosa", "Dutilleul"))


def incident_du_journal(service):
    with service.maison.moteur.connect() as connexion:
        connexion.exec_driver_sql("DROP TABLE journal")
    return service.post(porteur(annee=2019))


ETAPES = [
    illisible,
    illisible_en_cours,
    doctype,
    operation_inconnue,
    en_tete_incompris,
    securite_invalide,
    authentification,
    schema_invalide,
    habilitation,
    campagne_fermee,
    mot_de_passe_refuse,
    introuvable,
    curseur,
    rejetee,
    acceptee,
]


@pytest.mark.parametrize("etape", ETAPES, ids=lambda etape: etape.__name__)
def test_no_log_tells_what_a_message_holds(service, journaux, etape):
    etape(service)
    ecrits = journaux()
    assert [secret for secret in SECRETS if secret in ecrits] == []


@pytest.mark.parametrize("etape", [incident, incident_bavard, incident_du_journal], ids=lambda etape: etape.__name__)
def test_an_incident_is_logged_under_its_identifier_without_the_message(service_partout, journaux, etape):
    faute = etape(service_partout).faute
    assert faute.code == "INCIDENT"
    assert re.fullmatch("[0-9a-f]{16}", faute.incident)
    assert "Incident" in faute.message
    assert not re.search(r"table|ligne|journal|sqlite|psycopg|\.py|Traceback", faute.texte)
    ecrits = journaux()
    assert faute.incident in ecrits
    assert '"evenement": "incident"' in ecrits
    assert [secret for secret in SECRETS if secret in ecrits] == []


def test_a_refusal_tells_nothing_of_the_message_either(service):
    for etape in ETAPES:
        reponse = etape(service)
        if etape not in (acceptee, rejetee, en_tete_incompris):
            assert reponse.faute is not None, etape.__name__
            assert [secret for secret in SECRETS if secret in reponse.octets.decode()] == []
    assert service.post(CONSULTE_SERVICE).statut == 200
