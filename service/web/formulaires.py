"""What every form has in common: messages in French, a CSRF token bound to the session (by `base`)."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice


class Formulaire(FlaskForm):  # type: ignore[misc]
    """A form whose own messages, where a field gives none, are those of WTForms in French."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The language of WTForms."""

        locales = ("fr",)


def options(paires: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Return what a field lets choose from: values with their labels."""
    return [SelectChoice(valeur, libelle) for valeur, libelle in paires]
