"""What the catalogue says of one rule."""

from typing import NamedTuple

from service.domain.declaration import Gravite


class Regle(NamedTuple):
    """One rule: everything a payroll vendor, an agent or an operator needs to know of it, in French."""

    code: str
    gravite: Gravite
    libelle: str
    """What is wrong, in a few words."""
    explication: str
    """Why the rule exists and when it speaks."""
    correction: str
    """What to do about it."""
    exemple: str
    """A line that breaks it, told with invented values."""
    message: str
    """Template of the anomaly's message (`str.format`): the field, its path, what is expected. It is given thresholds,
    counts and amounts, never a NIR, a numéro, a name or a birth date."""
