"""The totals in the words of Prometheus (exposition format 0.0.4), by its client library."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from service.storage.mesures import Mesure
from service.usecases.courriels import EtatCourriel, compter_courriels
from service.usecases.dependencies import Dependencies
from service.usecases.mesures import PALIERS
from service.usecases.observer import deverser_les_mesures, lire_les_mesures

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


def metriques(dependencies: Dependencies) -> bytes:
    """Return the metrics of all workers, this one's up to now. Raises IndisponibleError."""
    deverser_les_mesures(dependencies)
    registre = CollectorRegistry()
    registre.register(_Totaux(lire_les_mesures(dependencies), compter_courriels(dependencies)))
    return generate_latest(registre)


class _Totaux(Collector):
    def __init__(self, mesures: Sequence[Mesure], courriels: dict[EtatCourriel, int]) -> None:
        self._mesures, self._courriels = mesures, courriels

    def collect(self) -> Iterator[Metric]:
        """Counters by operation, outcome and fault code; durations by operation; the outbox by state."""
        messages = CounterMetricFamily(
            "esat_messages",
            "Messages answered, by operation, outcome and fault code",
            labels=("operation", "issue", "code"),
        )
        durees = HistogramMetricFamily(
            "esat_message_duration_seconds", "Time to answer a message, by operation", labels=("operation",)
        )
        par_issue: dict[tuple[str, str, str], int] = defaultdict(int)
        par_operation: dict[str, list[Mesure]] = defaultdict(list)
        for mesure in self._mesures:
            par_issue[mesure.operation, mesure.issue, mesure.code] += mesure.nombre
            par_operation[mesure.operation].append(mesure)
        for etiquettes, nombre in sorted(par_issue.items()):
            messages.add_metric(etiquettes, nombre)
        for operation, siennes in sorted(par_operation.items()):
            somme = sum(mesure.duree_us for mesure in siennes) / 1_000_000
            durees.add_metric((operation,), buckets=_seaux(siennes), sum_value=somme)
        courriels = GaugeMetricFamily("esat_mails", "Mails of the outbox, by state", labels=("etat",))
        for etat, nombre in self._courriels.items():
            courriels.add_metric((etat.value,), nombre)
        yield from (messages, durees, courriels)


def _seaux(mesures: Sequence[Mesure]) -> list[tuple[str, float]]:
    """Cumulated counts, by upper bound in seconds."""
    seaux, cumul = [], 0
    for palier in (*PALIERS, 0):
        cumul += sum(mesure.nombre for mesure in mesures if mesure.palier == palier)
        seaux.append((str(palier / 1000) if palier else "+Inf", float(cumul)))
    return seaux
