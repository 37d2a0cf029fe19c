"""A file for the back office, as written: valid for two validators, whatever names hold, and never whole in memory."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from echanges import lire

from service.contract.transmission import (
    DeclarationTransmise,
    EnteteTransmission,
    MouvementEcrit,
    Retrait,
    ecrire_transmission,
)
from service.domain.declaration import MOTIFS_DE_DEPART, Certificat, Changement, Nature, Salarie
from service.domain.transmission import NatureMouvement

INSTANT = datetime(2026, 12, 5, 9, 12, 44, 125000, tzinfo=UTC)
ENTETE = EnteteTransmission("831", 12, INSTANT, "production", "Caf du Var")
SALARIE = Salarie("185057500000147", "1234567A", "831", "Lefèvre", "Durand", "Camille", date(1985, 5, 14))
CERTIFICAT = Certificat(None, SALARIE, 12, Decimal("812.40"), Decimal("640.10"), None, None)
DEPART = Changement(None, SALARIE, Nature.DEPART, date(2026, 8, 31), None, None, "RETRAITE", None)
AUGMENTATION = Changement(
    None, SALARIE, Nature.AUGMENTATION, date(2026, 9, 1), Decimal("17.50"), Decimal("35.00"), None, None
)


def declaration(contenu=CERTIFICAT, rang=1, signalements=()):
    annee = 2026 if isinstance(contenu, Certificat) else None
    return DeclarationTransmise(f"D261205-7K3M9QXA-{rang:04d}", "12345678200010", INSTANT, signalements, annee, contenu)


def ecrit(*mouvements, entete=ENTETE):
    return lire(b"".join(ecrire_transmission(entete, mouvements)))


def test_the_head_says_which_file_it_is_and_from_where():
    lu = ecrit(MouvementEcrit(declaration()))
    assert lu.entete == {
        "organisme": "831",
        "numero": "12",
        "datePreparation": "2026-12-05T09:12:44.125Z",
        "environnement": "production",
        "emetteur": "Caf du Var",
    }


def test_each_nature_has_its_own_form():
    lu = ecrit(
        MouvementEcrit(declaration(rang=1)),
        MouvementEcrit(declaration(rang=2), "D261201-AAAAAAAA-0009"),
        MouvementEcrit(Retrait("D261201-AAAAAAAA-0007", "12345678200010", INSTANT)),
    )
    assert lu.faits == [
        ("creation", "D261205-7K3M9QXA-0001", None),
        ("remplacement", "D261205-7K3M9QXA-0002", "D261201-AAAAAAAA-0009"),
        ("annulation", "D261201-AAAAAAAA-0007", None),
    ]
    assert lu.mouvements[2].textes("depuis") == ["2026-12-05T09:12:44.125Z"]


def test_a_certificate_is_written_whole_with_its_year_and_amounts_of_two_decimals():
    (mouvement,) = ecrit(MouvementEcrit(declaration(signalements=["C15", "C11"]))).mouvements
    assert mouvement.textes("siret") == ["12345678200010"]
    assert mouvement.textes("dateReception") == ["2026-12-05T09:12:44.125Z"]
    assert mouvement.textes("signalement") == ["C15", "C11"]
    assert [mouvement.textes(f"certificat/{nom}") for nom in ("annee", "nombreMois", "montantNet")] == [
        ["2026"],
        ["12"],
        ["812.40"],
    ]
    assert mouvement.textes("certificat/pourcentageSalaireDirect") == []
    attendu = ["185057500000147", "1234567A", "831", "Lefèvre", "Durand", "Camille", "1985-05-14"]
    assert [enfant.text for enfant in mouvement.element.find(".//{*}salarie")] == attendu


@pytest.mark.parametrize("motif", MOTIFS_DE_DEPART)
def test_every_reason_of_a_departure_passes(motif):
    (mouvement,) = ecrit(MouvementEcrit(declaration(DEPART._replace(motif=motif)))).mouvements
    assert mouvement.textes("depart/motif") == [motif]


@pytest.mark.parametrize("nature", [Nature.AUGMENTATION, Nature.REDUCTION])
def test_hours_are_written_under_their_nature(nature):
    (mouvement,) = ecrit(MouvementEcrit(declaration(AUGMENTATION._replace(nature=nature)))).mouvements
    assert mouvement.textes(f"{nature.element}/heuresAvant") == ["17.50"]
    assert mouvement.textes(f"{nature.element}/heuresApres") == ["35.00"]


@pytest.mark.parametrize(
    "nom",
    [
        "D'Ánge & <Fils>",
        "]]>",
        "&amp;",
        "İbrahimoğlu",
        "Nguyễn",
        "Łukasz Ærø",
        "𝒜lpha",
        "e\u0301te\u0301",
        "\u200fאבג",
        "=1+1",
    ],
)
def test_a_name_arrives_as_it_was_declared(nom):
    salarie = SALARIE._replace(nom=nom, nom_usage=None, prenom=nom)
    (mouvement,) = ecrit(
        MouvementEcrit(declaration(CERTIFICAT._replace(salarie=salarie))), entete=ENTETE._replace(emetteur=f"Caf {nom}")
    ).mouvements
    assert mouvement.textes("salarie/nom") == mouvement.textes("salarie/prenom") == [nom]


def test_an_employee_without_nir_or_without_number_has_neither_element():
    for absent in ("nir", "numero_allocataire", "organisme", "nom_usage"):
        contenu = CERTIFICAT._replace(salarie=SALARIE._replace(**{absent: None}))
        (mouvement,) = ecrit(MouvementEcrit(declaration(contenu))).mouvements
        assert len(mouvement.element.find(".//{*}salarie")) == 6


def test_the_nature_of_a_movement_follows_from_what_it_holds():
    assert MouvementEcrit(declaration()).nature is NatureMouvement.CREATION
    assert MouvementEcrit(declaration(), "x").nature is NatureMouvement.REMPLACEMENT
    assert MouvementEcrit(Retrait("x", "y", INSTANT)).nature is NatureMouvement.ANNULATION


def test_movements_are_written_as_they_come_one_a_line():
    pris = []

    def mouvements():
        for rang in range(1, 4):
            pris.append(rang)
            yield MouvementEcrit(declaration(rang=rang))

    morceaux = ecrire_transmission(ENTETE, mouvements())
    assert next(morceaux).count(b"\n") == 3
    assert pris == []
    assert next(morceaux).endswith(b"</mouvement>\n")
    assert pris == [1]
