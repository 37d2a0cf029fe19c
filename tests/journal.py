"""A log with three seals, for the tests that change it by hand."""

from maison import CONSULTE_SERVICE, Service
from messages import declare_certificats

from service.domain.sceau import Sceau
from service.usecases.sceller import sceller
from service.usecases.verifier_journal import Verification, verifier_journal

PAR_SCEAU = 4
DERNIERE = 3 * PAR_SCEAU


def sceller_trois_fois(service: Service) -> None:
    """Twelve entries in three seals, two hours apart; the first of each is a deposit, the others are questions."""
    for _ in range(3):
        inscrire(service)
        assert sceller(service.dependencies).entrees == PAR_SCEAU
        service.horloge.avancer(hours=2)


def inscrire(service: Service, questions: int = PAR_SCEAU - 1) -> str:
    """A deposit, whose number is returned, and questions after it."""
    numero = service.post(declare_certificats()).texte("accuse/numeroDepot")
    for _ in range(questions):
        service.horloge.avancer(seconds=1)
        service.post(CONSULTE_SERVICE)
    return numero


def verdict(service: Service) -> Verification:
    """What the verification says now."""
    return verifier_journal(service.dependencies)


def sceaux(service: Service) -> list[Sceau]:
    """Every seal."""
    with service.dependencies.unites.lecture() as unite:
        return unite.sceaux.suivants(0, 1000)


def lignes_du_fichier(service: Service) -> list[str]:
    """The lines of the file of seals."""
    return service.dependencies.sceaux.fichier.chemin.read_text(encoding="utf-8").splitlines()


def ecrire_fichier(service: Service, lignes: list[str]) -> None:
    """Put other lines in the file of seals."""
    texte = "".join(f"{ligne}\n" for ligne in lignes)
    service.dependencies.sceaux.fichier.chemin.write_text(texte, encoding="utf-8")
