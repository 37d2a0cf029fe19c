"""``comptes``."""

import json

import pytest
from maison import AGENT
from messages import SIRET, en_clair, operation

NOUVEAU = "claire@esat.example"
CREER = ("comptes", "creer", NOUVEAU, "--nom", "Fouque", "--prenom", "Claire", "--siret", SIRET)


def comptes(executer, *options):
    return json.loads(executer("comptes", "lister", "--format", "json", *options).sortie)


def test_the_provisional_password_alone_goes_to_stdout(executer, service):
    retour = executer(*CREER, "--role", "referent")

    assert retour.code == 0
    (mot_de_passe,) = retour.sortie.splitlines()
    faute = service.post(operation("ConsulteService"), en_clair(NOUVEAU, mot_de_passe)).faute
    assert faute.code == "MOT_DE_PASSE_A_CHANGER"
    assert mot_de_passe not in retour.erreurs
    assert "07/12/2026 10:30:00" in retour.erreurs  # 72 hours after 4 December, 10:30 in Paris


def test_the_list_tells_everything_to_programs(executer_partout):
    executer_partout(*CREER, "--role", "REFERENT")

    assert comptes(executer_partout)[1] == {
        "courriel": NOUVEAU,
        "nom": "Fouque",
        "prenom": "Claire",
        "etat": "ACTIF",
        "mot_de_passe": "PROVISOIRE",
        "expire_le": "2026-12-07T10:30:00.000+01:00",
        "bloque_jusque": None,
        "cles": 0,
        "esats": [f"{SIRET} REFERENT"],
    }


@pytest.mark.parametrize("largeur", ["80", "100", "140"])
def test_the_table_keeps_addresses_and_sirets_whole(executer, monkeypatch, largeur):
    monkeypatch.setenv("COLUMNS", largeur)
    executer("comptes", "creer", "un.nom.bien.long@une-association-au-long-cours.example", *CREER[3:])

    retour = executer("comptes", "lister")

    assert all(len(ligne) <= int(largeur) for ligne in retour.sortie.splitlines())
    assert "@une-association-au-long-cours" in retour.sortie
    assert f"{SIRET}" in retour.sortie
    assert "provisoire" in retour.sortie
    assert "jusqu’au 07/12/2026" in retour.sortie


def test_the_table_tells_a_lock(executer, service):
    for _ in range(6):
        service.post(operation("ConsulteService"), en_clair(AGENT, "faux"))

    assert "bloqué jusqu'à 10:31" in executer("comptes", "lister").sortie


def test_states_rights_and_locks_change(executer_partout):
    for acte, etat in (("suspendre", "SUSPENDU"), ("reactiver", "ACTIF"), ("retirer", "RETIRE")):
        assert executer_partout("comptes", acte, AGENT).code == 0
        assert comptes(executer_partout)[0]["etat"] == etat
    rouvert = executer_partout("comptes", "reactiver", AGENT)
    assert len(rouvert.sortie.split()) == 1  # the password of an account that comes back
    assert "habiliter" in rouvert.erreurs
    assert executer_partout("comptes", "habiliter", AGENT, "--siret", SIRET, "--role", "REFERENT").code == 0
    assert comptes(executer_partout, "--siret", SIRET, "--etat", "actif")[0]["esats"] == [f"{SIRET} REFERENT"]
    assert executer_partout("comptes", "deshabiliter", AGENT, "--siret", SIRET) == (0, "Droit retiré.\n", "")
    assert comptes(executer_partout, "--siret", SIRET) == []
    assert executer_partout("comptes", "debloquer", AGENT, "--adresse", "127.0.0.1").code == 0


def test_a_new_password_is_assigned(executer):
    retour = executer("comptes", "mot-de-passe", AGENT)

    assert len(retour.sortie.split()) == 1
    assert comptes(executer)[0]["mot_de_passe"] == "PROVISOIRE"


def test_accounts_are_imported_with_their_passwords(executer_partout, tmp_path):
    fichier = tmp_path / "comptes.csv"
    fichier.write_text(
        f"courriel;nom;prenom;siret;role\na@x.example;A;Zoé;{SIRET};REFERENT\nb@x.example;B;Léo;{SIRET};\n"
    )

    retour = executer_partout("comptes", "importer", str(fichier), "--format", "json")

    attribues = json.loads(retour.sortie)
    assert [attribue["courriel"] for attribue in attribues] == ["a@x.example", "b@x.example"]
    assert len({attribue["mot_de_passe"] for attribue in attribues}) == 2
    assert [compte["esats"] for compte in comptes(executer_partout)] == [
        [f"{SIRET} REFERENT"],
        [f"{SIRET} AGENT"],
        [f"{SIRET} AGENT"],
    ]


def test_a_file_with_a_problem_opens_no_account_and_tells_the_rows(executer, tmp_path):
    fichier = tmp_path / "comptes.csv"
    fichier.write_text(f"courriel;nom;prenom;siret\na@x.example;A;Zoé;{SIRET}\nfaux;B;Léo;1\n")

    retour = executer("comptes", "importer", str(fichier))

    assert (retour.code, retour.sortie) == (1, "")
    assert [ligne.split(" :")[0] for ligne in retour.erreurs.splitlines()[1:]] == [
        "  ligne 3, courriel",
        "  ligne 3, siret",
    ]
    assert len(comptes(executer)) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("creer", AGENT, "--nom", "A", "--prenom", "B", "--siret", SIRET),
        ("suspendre", "inconnu@x.example"),
        ("reactiver", AGENT),
        ("habiliter", AGENT, "--siret", "1"),
        ("deshabiliter", AGENT, "--siret", "1"),
        ("debloquer", "inconnu@x.example"),
        ("mot-de-passe", "inconnu@x.example"),
    ],
    ids=" ".join,
)
def test_what_a_rule_refuses_leaves_with_1(executer, arguments):
    retour = executer("comptes", *arguments)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs
