"""The form of one employee: the columns of a payroll file as fields, judged as a line of a file is.

Fields hold texts as people write them (decimal commas, French dates); reading them is the affair of the contract's
room for files, so that a form and a file mean the same thing by the same text.
"""

from collections.abc import Iterable, Mapping, Sequence

from wtforms import HiddenField, RadioField, SelectField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice

from service.contract.fichiers.colonnes import LIBELLES
from service.contract.fichiers.constats import Constat
from service.domain.declaration import MOTIFS_DE_DEPART, Gravite, Nature
from service.web.extranet.brouillons import CERTIFICAT
from service.web.formulaires import Formulaire, options

_MOTIFS = options([("", "Choisir"), *MOTIFS_DE_DEPART.items()])
_IDENTITES = "nir ou numero_allocataire"


def _texte(nom: str, mode: str | None = None, longueur: int = 80) -> StringField:
    propres = {"autocomplete": "off", "spellcheck": "false", "maxlength": longueur}
    return StringField(LIBELLES[nom], render_kw=propres | ({"inputmode": mode} if mode else {}))


def _natures(*natures: Nature) -> list[SelectChoice]:
    return options((nature.element, nature.libelle) for nature in natures)


class FormulaireDeSalarie(Formulaire):
    """Who is declared, and the buttons."""

    nom = _texte("nom")
    prenom = _texte("prenom")
    nom_usage = _texte("nom_usage")
    date_naissance = _texte("date_naissance", longueur=10)
    nir = _texte("nir", longueur=25)
    numero_allocataire = _texte("numero_allocataire", longueur=20)
    organisme = _texte("organisme", "numeric", 5)
    reference = _texte("reference", longueur=40)
    remplace = _texte("remplace", longueur=40)
    enregistrer = SubmitField("Enregistrer")
    suivante = SubmitField("Enregistrer et passer à la suivante")
    quand_meme = SubmitField("Garder dans le brouillon, à corriger plus tard")

    def valeurs(self, sans: Iterable[str] = ()) -> dict[str, str]:
        """Return the texts typed, by name of column, those that are not empty."""
        textes = {nom: " ".join((self[nom].data or "").split()) for nom in LIBELLES if nom in self and nom not in sans}
        return {nom: texte for nom, texte in textes.items() if texte}

    def remplir(self, valeurs: Mapping[str, str]) -> None:
        """Show texts."""
        for nom, texte in valeurs.items():
            if nom in self:
                self[nom].data = texte

    def montrer(self, constats: Sequence[Constat]) -> None:
        """Show what stops the line at the fields it is about; what is about none stands above the form."""
        for constat in constats:
            if constat.gravite is not Gravite.REJET:
                continue
            message = " ".join(filter(None, (_phrase(constat.message), constat.correction)))
            nom = "nir" if constat.colonne == _IDENTITES else constat.colonne
            if nom is not None and nom in self:
                self[nom].errors = [*self[nom].errors, message]
            else:
                self.form_errors.append(message)


class FormulaireDeCertificat(FormulaireDeSalarie):
    """A certificate."""

    nombre_mois = _texte("nombre_mois", "numeric", 10)
    montant_net = _texte("montant_net", "decimal", 20)
    montant_aide_poste = _texte("montant_aide_poste", "decimal", 20)
    pourcentage_salaire_direct = _texte("pourcentage_salaire_direct", "decimal", 20)


class FormulaireDHeures(FormulaireDeSalarie):
    """More hours, or fewer."""

    nature = RadioField(
        LIBELLES["nature"], choices=_natures(Nature.AUGMENTATION, Nature.REDUCTION), validate_choice=False
    )
    date_effet = _texte("date_effet", longueur=10)
    heures_avant = _texte("heures_avant", "decimal", 20)
    heures_apres = _texte("heures_apres", "decimal", 20)


class FormulaireDeDepart(FormulaireDeSalarie):
    """A départ."""

    nature = HiddenField(default=Nature.DEPART.element)
    date_effet = _texte("date_effet", longueur=10)
    motif = SelectField(LIBELLES["motif"], choices=_MOTIFS, validate_choice=False)


class FormulaireDeChangement(FormulaireDHeures):
    """A change whose nature is not known: a file told none that is one."""

    nature = RadioField(LIBELLES["nature"], choices=_natures(*Nature), validate_choice=False)
    motif = SelectField(LIBELLES["motif"], choices=_MOTIFS, validate_choice=False)


def formulaire_de(volet: str, nature: Nature | None) -> FormulaireDeSalarie:
    """Return the form of a line."""
    if volet == CERTIFICAT:
        return FormulaireDeCertificat()
    if nature is None:
        return FormulaireDeChangement()
    return FormulaireDeDepart() if nature is Nature.DEPART else FormulaireDHeures()


def _phrase(message: str) -> str:
    """A message as a sentence of its own."""
    debut = message[:1].upper() + message[1:]
    return debut if debut.endswith((".", "!", "?")) else f"{debut}."
