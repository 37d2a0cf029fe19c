"""lettres: each letter has a subject, a text and the same words in HTML; facts never become markup or headers."""

from pathlib import Path
from typing import Any

import jinja2
import pytest

import service.mail
from service.domain.recepisse import ServiceEmetteur
from service.mail.lettres import Redacteur, mettre_sous_enveloppe

CAF = ServiceEmetteur("Caf du Var", "Rue Emile Ollivier", "esat@caf.example", "3230")
REDACTEUR = Redacteur(CAF, "https://caf.example")
MODELES = sorted(
    chemin.stem for chemin in (Path(service.mail.__file__).parent / "modeles").glob("*.txt") if chemin.stem != "pied"
)
FAITS: dict[str, Any] = {
    "prenom": "Léa",
    "nom": "Martel",
    "esats": ["ESAT Les Mimosas (SIRET 99910083700015)"],
    "esat": "ESAT Les Mimosas",
    "courriel": "lea@esat.example",
    "mot_de_passe": "provisoire-abc",
    "valable_jusque": "05/12/2026 à 10 h 00",
    "quand": "02/12/2026 à 10 h 00",
    "expire_le": "31/05/2027",
    "par": "claire@esat.example",
    "partage": True,
    "role": "Agent habilité",
    "ancien": "claire@esat.example",
    "nouveau": "lea@esat.example",
    "logiciel": "Paie 3000",
    "fin_le": "31/12/2028",
    "annee": 2026,
    "date_limite": "15/01/2027",
    "attendus": 12,
    "declares": 4,
    "reste": 8,
    "numero": "D261204-AAAAAAAA",
    "recues": 3,
    "acceptees": 2,
    "rejetees": 1,
    "essai": False,
}


@pytest.mark.parametrize("modele", MODELES)
def test_a_letter_says_the_same_in_text_and_in_html(modele: str):
    lettre = REDACTEUR.rediger(modele, FAITS)
    assert lettre.sujet
    assert "\n" not in lettre.sujet
    assert "{{" not in lettre.texte + lettre.html
    assert '<html lang="fr">' in lettre.html
    for ligne in lettre.texte.splitlines():
        mots = ligne.removeprefix("- ").strip()
        if mots and not ligne.startswith("--") and "automate" not in ligne:
            assert mots.replace("'", "&#39;") in lettre.html
    assert "3230" in lettre.texte


def test_a_letter_without_one_of_its_facts_is_a_defect_and_not_a_hole():
    with pytest.raises(jinja2.UndefinedError):
        REDACTEUR.rediger("depot_recu", {})


def test_what_a_person_wrote_stays_text_on_its_line():
    pirate = "<b>Léa</b>\r\nBcc: tous@ailleurs.example\n\n- point"
    lettre = REDACTEUR.rediger("compte_ouvert", FAITS | {"prenom": pirate})
    assert "<b>" not in lettre.html
    assert "\nBcc" not in lettre.texte
    assert "- point Martel," in lettre.texte


def test_the_envelope_says_who_to_whom_and_that_a_machine_wrote():
    lettre = REDACTEUR.rediger("compte_suspendu", FAITS)
    date = "Fri, 04 Dec 2026 09:30:00 +0000"
    message = mettre_sous_enveloppe(
        lettre, "esat@caf.example", "Caf du Var", "lea@esat.example", "<1@caf.example>", date
    )
    assert message["From"] == "Caf du Var <esat@caf.example>"
    assert (message["To"], message["Message-ID"], message["Date"]) == ("lea@esat.example", "<1@caf.example>", date)
    assert message["Auto-Submitted"] == "auto-generated"
    assert [partie.get_content_type() for partie in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("adresse", ["lea@esat.example\r\nBcc: x@y.example", "pas une adresse"])
def test_an_address_cannot_open_another_header(adresse: str):
    lettre = REDACTEUR.rediger("compte_suspendu", FAITS)
    with pytest.raises(ValueError, match=r".+"):
        mettre_sous_enveloppe(lettre, "esat@caf.example", "Caf", adresse, "<1@caf.example>", "")


def test_letters_do_not_show_their_words_in_tracebacks():
    assert "provisoire-abc" not in repr(REDACTEUR.rediger("compte_ouvert", FAITS))
