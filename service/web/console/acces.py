"""What a view of the console asks of the operator: a permission of the role, or nothing but to be logged in."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g

from service.domain.operateurs import Permission
from service.usecases.connecter_operateur import Operateur

F = TypeVar("F", bound=Callable[..., Any])


def permise(permission: Permission) -> Callable[[F], F]:
    """Mark a view with the permission that it asks."""

    def marquer(vue: F) -> F:
        vue.__dict__["permission"] = permission
        return vue

    return marquer


def a_tous(vue: F) -> F:
    """Mark a view of one's own account: open to every operator, even before password and second factor are set."""
    vue.__dict__["a_tous"] = True
    return vue


def l_operateur() -> Operateur:
    """Return who is logged in to the console."""
    operateur: Operateur = g.operateur
    return operateur


def peut(nom: str) -> bool:
    """Whether the operator has a permission, for the templates."""
    operateur: Operateur | None = g.get("operateur")
    return operateur is not None and operateur.complet and operateur.role.peut(Permission[nom])
