"""The service under test, from the tests' shared builder."""

from maison import dossier_de_cles, service, service_partout, service_postgresql

__all__ = ["dossier_de_cles", "service", "service_partout", "service_postgresql"]
