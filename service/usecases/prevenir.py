"""Who is told of what, by mail: one function a letter, called in the transaction of the act.

The names of people are those of accounts, never of employees; no letter holds a clé's secret or a definitive password.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.habilitation import Role
from service.domain.recepisse import Accuse
from service.storage.unit_of_work import UnitOfWork
from service.usecases.courriels import ecrire
from service.usecases.dependencies import Dependencies

AVERTISSEMENT = timedelta(days=15)
"""How long before a password expires its owner is warned (3-security, « Accounts »)."""
_PARIS = ZoneInfo("Europe/Paris")


def du_compte_ouvert(
    dependencies: Dependencies,
    unite: UnitOfWork,
    courriel: str,
    nom: tuple[str, str],
    mot_de_passe: str,
    fin: datetime,
    esats: Sequence[str],
) -> None:
    """To a new account (`nom`: prénom, nom): its provisional password."""
    prenom, famille = nom
    faits = {"prenom": prenom, "nom": famille, "esats": esats, **_provisoire(courriel, mot_de_passe, fin)}
    ecrire(dependencies, unite, "compte_ouvert", courriel, faits)


def du_mot_de_passe_provisoire(
    dependencies: Dependencies, unite: UnitOfWork, courriel: str, mot_de_passe: str, fin: datetime
) -> None:
    """To an account: a new provisional password, asked for or assigned."""
    ecrire(dependencies, unite, "mot_de_passe_provisoire", courriel, _provisoire(courriel, mot_de_passe, fin))


def du_secours(dependencies: Dependencies, unite: UnitOfWork, courriel: str, mot_de_passe: str, fin: datetime) -> None:
    """To an account whose owner forgot the password: a provisional one, beside it until it is used."""
    ecrire(dependencies, unite, "mot_de_passe_oublie", courriel, _provisoire(courriel, mot_de_passe, fin))


def du_mot_de_passe_change(
    dependencies: Dependencies, unite: UnitOfWork, courriel: str, instant: datetime, expire: datetime
) -> None:
    """To an account: its password was changed."""
    faits = {"courriel": courriel, "quand": _quand(instant), "expire_le": _jour(expire)}
    ecrire(dependencies, unite, "mot_de_passe_change", courriel, faits)


def des_expirations(dependencies: Dependencies) -> int:
    """Warn the accounts whose password expires within 15 days, once for each expiry; return how many were."""
    maintenant = dependencies.horloge()
    with dependencies.unites.lecture() as unite:
        expirants = unite.comptes.expirants(maintenant, maintenant + AVERTISSEMENT)
        par_cle = {f"expiration:{un.compte_id}:{un.expire_le.isoformat()}": un for un in expirants}
        dits = unite.courriels.ecrites(list(par_cle))
    a_dire = [(cle, un) for cle, un in par_cle.items() if cle not in dits]
    if not a_dire:
        return 0
    avertis = 0
    with dependencies.unites.ecriture() as unite:
        for cle, un in a_dire:
            faits = {"courriel": un.courriel, "expire_le": _jour(un.expire_le)}
            # Another instance may have told meanwhile.
            avertis += ecrire(dependencies, unite, "mot_de_passe_expire_bientot", un.courriel, faits, cle)
        unite.commit()
    return avertis


def du_compte_rouvert(
    dependencies: Dependencies, unite: UnitOfWork, courriel: str, mot_de_passe: str, fin: datetime
) -> None:
    """To an account that had ended: it is open again, with a provisional password and no right yet."""
    ecrire(dependencies, unite, "compte_rouvert", courriel, _provisoire(courriel, mot_de_passe, fin))


def de_l_etat_du_compte(
    dependencies: Dependencies, unite: UnitOfWork, modele: str, courriel: str, instant: datetime, par: str | None
) -> None:
    """To an account: suspended, opened again or ended (`modele`), by whom where somebody of the ESAT did it."""
    ecrire(dependencies, unite, modele, courriel, {"courriel": courriel, "quand": _quand(instant), "par": par})


def de_la_suspension(
    dependencies: Dependencies,
    unite: UnitOfWork,
    courriel: str,
    esat: str,
    instant: datetime,
    par: str,
    *,
    suspendu: bool,
    partage: bool,
) -> None:
    """To an agent: the référent suspended the access to the ESAT, or gave it back; `partage`: there are other ESATs."""
    faits = {"courriel": courriel, "esat": esat, "quand": _quand(instant), "par": par, "partage": partage}
    ecrire(dependencies, unite, "habilitation_suspendue" if suspendu else "habilitation_retablie", courriel, faits)


def de_l_habilitation(
    dependencies: Dependencies, unite: UnitOfWork, courriel: str, esat: str, role: Role | None, instant: datetime
) -> None:
    """To an account: what it may now do for an ESAT, or no longer (`role` None)."""
    faits = {"courriel": courriel, "esat": esat, "quand": _quand(instant)}
    if role is None:
        ecrire(dependencies, unite, "habilitation_retiree", courriel, faits)
    else:
        ecrire(dependencies, unite, "habilitation_donnee", courriel, faits | {"role": role.libelle})


def du_nouveau_referent(
    dependencies: Dependencies, unite: UnitOfWork, ancien: str, nouveau: str, esat: str, instant: datetime
) -> None:
    """To both: the role of référent changed hands."""
    faits = {"ancien": ancien, "nouveau": nouveau, "esat": esat, "quand": _quand(instant)}
    for destinataire in (ancien, nouveau):
        ecrire(dependencies, unite, "referent_change", destinataire, faits)


def de_la_cle_creee(
    dependencies: Dependencies,
    unite: UnitOfWork,
    courriel: str,
    logiciel: str,
    fin_le: date,
    instant: datetime,
    par: str | None,
) -> None:
    """To an account: software may now declare in its name."""
    faits = {"courriel": courriel, "logiciel": logiciel, "fin_le": f"{fin_le:%d/%m/%Y}", "par": par}
    ecrire(dependencies, unite, "cle_creee", courriel, faits | {"quand": _quand(instant)})


def de_la_cle_revoquee(
    dependencies: Dependencies, unite: UnitOfWork, courriel: str, logiciel: str, instant: datetime, par: str | None
) -> None:
    """To an account: that software no longer may."""
    faits = {"courriel": courriel, "logiciel": logiciel, "quand": _quand(instant), "par": par}
    ecrire(dependencies, unite, "cle_revoquee", courriel, faits)


def du_depot(dependencies: Dependencies, unite: UnitOfWork, courriel: str, esat: str, accuse: Accuse) -> None:
    """To whoever deposited by hand: the number and the counts, once a deposit."""
    faits = {
        "numero": accuse.numero_depot,
        "esat": esat,
        "quand": _quand(accuse.date_reception),
        "recues": accuse.nombre_recues,
        "acceptees": accuse.nombre_acceptees,
        "rejetees": accuse.nombre_rejetees,
        "essai": accuse.essai,
    }
    ecrire(dependencies, unite, "depot_recu", courriel, faits, f"depot:{accuse.numero_depot}")


def _provisoire(courriel: str, mot_de_passe: str, fin: datetime) -> dict[str, str]:
    return {"courriel": courriel, "mot_de_passe": mot_de_passe, "valable_jusque": _quand(fin)}


def _quand(instant: datetime) -> str:
    return f"{instant.astimezone(_PARIS):%d/%m/%Y à %H\u00a0h\u00a0%M}"


def _jour(instant: datetime) -> str:
    return f"{instant.astimezone(_PARIS):%d/%m/%Y}"
