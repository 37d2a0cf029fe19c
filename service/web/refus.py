"""A refusal of a use case shown in the form that asked for it, each problem at the field that it concerns."""

from service.errors import SaisieError
from service.web.formulaires import Formulaire


def montrer_le_refus(formulaire: Formulaire, refus: SaisieError) -> None:
    """Put the problems of a refusal into a form; those of no field of it stand above."""
    for message, _, champ in refus.precisions or [(refus.message, None, None)]:
        phrase = message[0].upper() + message[1:]
        if champ in formulaire:
            formulaire[champ].errors = [*formulaire[champ].errors, phrase]
        else:
            formulaire.form_errors.append(phrase)
