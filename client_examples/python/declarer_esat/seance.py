"""What a command works with, built from its options when first asked for."""

from functools import cached_property

from declarer_esat.accuses import Accuses
from declarer_esat.certificats import Certificats
from declarer_esat.options import Reglages
from declarer_esat.registre import Registre
from declarer_esat.service_esat import ServiceEsat


class Seance:
    """The service, the sendings and the receipts, for one run."""

    def __init__(self, reglages: Reglages) -> None:
        self.reglages = reglages
        self.ecran = reglages.ecran

    @cached_property
    def service(self) -> ServiceEsat:
        """The service; asks for the password if need be. Raises `ConfigurationError`."""
        return ServiceEsat(self.reglages.connexion(), self.ecran.annoncer_reprise)

    @cached_property
    def registre(self) -> Registre:
        """The sendings of the folder."""
        return Registre(self.reglages.dossier)

    @cached_property
    def accuses(self) -> Accuses:
        """The receipts of the folder."""
        dossier, base = self.reglages.dossier, self.reglages.base
        certificats = Certificats(dossier, base, lambda: self.service.certificats(), self.ecran.dire)
        return Accuses(dossier, certificats)
