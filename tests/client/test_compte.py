"""Command ``mot-de-passe``, against a real service."""


def test_a_provisional_password_is_changed_then_serves(en_ligne, service, monkeypatch, certificats):
    compte = next(compte for compte in service.demo["esats"][1]["comptes"] if compte.get("provisoire"))
    nouveau = "quatre lamas boivent du sirop"
    monkeypatch.delenv("DECLARER_ESAT_CLE")
    monkeypatch.setenv("DECLARER_ESAT_UTILISATEUR", compte["courriel"])
    monkeypatch.setenv("DECLARER_ESAT_SIRET", service.demo["esats"][1]["siret"])
    monkeypatch.setenv("DECLARER_ESAT_MOT_DE_PASSE", compte["mot_de_passe"])
    assert "MOT_DE_PASSE_A_CHANGER" in en_ligne("certificat", certificats(1)).erreur
    monkeypatch.setenv("DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE", "court")
    refuse = en_ligne("mot-de-passe")
    assert refuse.code == 1
    assert "MOT_DE_PASSE_REFUSE" in refuse.erreur
    assert "12 caractères" in refuse.erreur
    monkeypatch.setenv("DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE", nouveau)
    change = en_ligne("mot-de-passe")
    assert change.code == 0, change.tout
    assert nouveau not in change.tout
    monkeypatch.setenv("DECLARER_ESAT_MOT_DE_PASSE", nouveau)
    assert en_ligne("service").code == 0


def test_a_key_is_not_a_password_to_change(en_ligne):
    fini = en_ligne("mot-de-passe")
    assert fini.code == 2
    assert "mot de passe de la personne" in fini.tout
