"""The choice of a new password, as the pages of both spaces ask for it.

The rules stand above the fields; ``mot-de-passe.js`` tells while typing which ones are kept, by itself for those that
need no estimation and, where the page names an address for it, with `examiner`'s answer for the others. Without the
script, or before it answers, the server tells all at once when the form is sent.
"""

from collections.abc import Sequence

from flask import Response, jsonify, request
from wtforms import PasswordField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from service.domain.mot_de_passe import RegleMotDePasse
from service.errors import MotDePasseRefuseError
from service.usecases.nouveau_mot_de_passe import examiner_mot_de_passe
from service.web.formulaires import Formulaire
from service.web.gestes import outils

LONGUEUR_MAX = 256
"""Characters of a password; the same as in messages."""


class FormulaireDeMotDePasse(Formulaire):
    """The present password and the new one, twice."""

    ancien = PasswordField(
        "Mot de passe actuel",
        [InputRequired("Votre mot de passe actuel est attendu.")],
        render_kw={"autocomplete": "current-password"},
    )
    nouveau = PasswordField(
        "Nouveau mot de passe",
        [
            InputRequired("Un nouveau mot de passe est attendu."),
            Length(max=LONGUEUR_MAX, message=f"Il compte plus de {LONGUEUR_MAX} caractères."),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    confirmation = PasswordField(
        "Nouveau mot de passe, de nouveau",
        [
            InputRequired("Le nouveau mot de passe est à saisir deux fois."),
            EqualTo("nouveau", "Les deux saisies du nouveau mot de passe diffèrent."),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    envoyer = SubmitField("Changer le mot de passe")

    def refuser(self, refus: MotDePasseRefuseError) -> None:
        """Show the reasons of a refusal at the field that they concern."""
        self.nouveau.errors = [precision.message for precision in refus.precisions]


def regles() -> Sequence[tuple[str, str]]:
    """Return the rules as the page tells them: code and words."""
    politique = outils().politique
    return [(regle.value, regle.enonce(politique)) for regle in RegleMotDePasse]


def examiner(courriel: str) -> Response:
    """Answer the script: which rules the password being typed breaks. It is neither kept nor logged."""
    nouveau = request.form.get("nouveau", "")[:LONGUEUR_MAX]
    return jsonify(enfreintes=[regle.value for regle in examiner_mot_de_passe(outils(), courriel, nouveau)])
