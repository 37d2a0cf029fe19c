"""The policy of passwords: every reason to refuse one, all at once."""

import pytest

from service.domain.mot_de_passe import Politique, raisons_de_refus

BON = "trombone Cactus 47 lune"
COURRIEL = "ines.lambert@esat.example"

REFUS = {
    "right": (BON, COURRIEL, 50.0, False, []),
    "eleven characters": ("aB3$eF6!hI9", COURRIEL, 60.0, False, ["moins de 12 caractères"]),
    "twelve characters": ("aB3$eF6!hI9?", COURRIEL, 60.0, False, []),
    "too few bits": (BON, COURRIEL, 49.99, False, ["trop facile à deviner"]),
    "local part": ("xx-ines.lambert-47-lune", COURRIEL, 70.0, False, ["adresse électronique"]),
    "local part in capitals": ("xx-INES.Lambert-47-lune", COURRIEL, 70.0, False, ["adresse électronique"]),
    "local part in compatible letters": ("xx-ines.lambert-47", COURRIEL, 70.0, False, ["adresse électronique"]),
    "half the local part": ("xx-lambert-47-lune-9", COURRIEL, 70.0, False, []),
    "no local part": (BON, "@esat.example", 70.0, False, []),
    "one of the last": (BON, COURRIEL, 70.0, True, ["5 derniers mots de passe"]),
    "beginning of a clé": ("cle_trombone-Cactus-47", COURRIEL, 70.0, False, ["réservé aux clés d'intégration"]),
    "beginning of a clé elsewhere": ("trombone-cle_Cactus-47", COURRIEL, 70.0, False, []),
    "everything": ("cle_bob", "bob@esat.example", 3.0, True, ["moins de", "facile", "adresse", "derniers", "clés"]),
}


@pytest.mark.parametrize(("nouveau", "courriel", "bits", "deja", "attendues"), REFUS.values(), ids=REFUS)
def test_every_reason_is_told(nouveau: str, courriel: str, bits: float, deja: bool, attendues: list[str]) -> None:
    raisons = raisons_de_refus(nouveau, courriel, bits, deja, Politique())

    assert len(raisons) == len(attendues)
    assert all(attendue in raison for raison, attendue in zip(raisons, attendues, strict=True))
    assert not any(nouveau in raison or courriel in raison for raison in raisons)


def test_the_policy_can_ask_for_more() -> None:
    severe = Politique(longueur_min=30, entropie_min_bits=80, historique=9)

    raisons = raisons_de_refus(BON, COURRIEL, 79.0, True, severe)

    assert len(raisons) == 3
    assert "30 caractères" in raisons[0]
    assert "9 derniers" in raisons[2]


def test_the_policy_by_default_is_that_of_the_cnil() -> None:
    assert Politique() == (12, 50, 5)
