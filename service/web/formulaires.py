"""What every form has in common: messages in French, a CSRF token bound to the session (by `base`)."""

from flask_wtf import FlaskForm


class Formulaire(FlaskForm):  # type: ignore[misc]
    """A form whose own messages, where a field gives none, are those of WTForms in French."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The language of WTForms."""

        locales = ("fr",)
