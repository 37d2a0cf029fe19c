"""The contract's simple types as spyne knows them: a base type and a name; their facets are the schema's affair."""

from typing import Any

from service.contract.catalogue import NS
from service.soap.compat import Boolean, Date, DateTime, Decimal, Integer32, Unicode


def _named(base: Any, name: str) -> Any:
    """A simple type of the contract: spyne forgets the name of a type without facets unless it is a class's own."""
    return one(type(name, (base,), {"__type_name__": name, "__namespace__": NS}))


def one(model: Any) -> Any:
    """The element exactly once."""
    return model.customize(min_occurs=1, nillable=False)


def optional(model: Any) -> Any:
    """The element at most once."""
    return model.customize(min_occurs=0, nillable=False)


def many(model: Any, low: int, high: int | str = "unbounded") -> Any:
    """The element from `low` to `high` times."""
    return model.customize(min_occurs=low, max_occurs=high, nillable=False)


IdentifiantMessageType = _named(Unicode, "IdentifiantMessageType")
SiretType = _named(Unicode, "SiretType")
NirType = _named(Unicode, "NirType")
NumeroAllocataireType = _named(Unicode, "NumeroAllocataireType")
OrganismeType = _named(Unicode, "OrganismeType")
NomType = _named(Unicode, "NomType")
LibelleType = _named(Unicode, "LibelleType")
ReferenceType = _named(Unicode, "ReferenceType")
NumeroDepotType = _named(Unicode, "NumeroDepotType")
NumeroDeclarationType = _named(Unicode, "NumeroDeclarationType")
MotifDepartType = _named(Unicode, "MotifDepartType")
MotifAnnulationType = _named(Unicode, "MotifAnnulationType")
CurseurType = _named(Unicode, "CurseurType")
MotDePasseType = _named(Unicode, "MotDePasseType")
MontantType = _named(Decimal, "MontantType")
PourcentageType = _named(Decimal, "PourcentageType")
HeuresType = _named(Decimal, "HeuresType")
LimiteType = _named(Integer32, "LimiteType")

Text = one(Unicode)
Int = one(Integer32)
Flag = one(Boolean)
Day = one(Date)
Instant = one(DateTime)
