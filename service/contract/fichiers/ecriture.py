"""A record → the texts of a row, as a person would type them: what `conversion` reads back as the same record."""

from datetime import date
from decimal import Decimal

from service.contract.fichiers.conversion import Declaration
from service.contract.fichiers.tableau import en_texte
from service.domain.declaration import Certificat, Nature, Salarie


def textes_de(declaration: Declaration) -> dict[str, str]:
    """Return the texts of a declaration by name of column, those that it gives."""
    if isinstance(declaration, Certificat):
        propres = _textes(
            nombre_mois=Decimal(declaration.nombre_mois),
            montant_net=declaration.montant_net,
            montant_aide_poste=declaration.montant_aide_poste,
            pourcentage_salaire_direct=declaration.pourcentage_salaire_direct,
        )
    else:
        propres = _textes(
            nature=declaration.nature.element,
            date_effet=declaration.date_effet,
            heures_avant=declaration.heures_avant,
            heures_apres=declaration.heures_apres,
            motif=declaration.motif,
        )
        if declaration.nature is Nature.DEPART:
            propres = {nom: texte for nom, texte in propres.items() if not nom.startswith("heures")}
    communs = _textes(reference=declaration.reference, remplace=declaration.remplace)
    return textes_du_salarie(declaration.salarie) | propres | communs


def textes_du_salarie(salarie: Salarie) -> dict[str, str]:
    """Return the texts of an employee by name of column, those that are known."""
    return _textes(**salarie._asdict())


def _textes(**valeurs: str | Decimal | date | None) -> dict[str, str]:
    return {nom: en_texte(valeur) for nom, valeur in valeurs.items() if valeur is not None}
