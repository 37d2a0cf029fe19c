"""The command line, ``python -m service``: one module a group of commands.

Results go to stdout and remarks to stderr, so that ``cle=$(python -m service cles integration creer …)`` takes the
clé alone. Lists come as a table for people, or with ``--format`` as CSV (semicolons, UTF-8, one header row, days and
instants in ISO 8601) or JSON (one array, one object a line); instants are told in Europe/Paris.

====  ===================================================================================================
code  meaning
====  ===================================================================================================
0     done (or the reader of a pipe had enough: ``journal | head``)
1     refused by a rule or by its input, told on stderr; or an incident of ours, whose identifier is told
      and whose place is one line of JSON of the technical log, on stderr too
2     wrong usage, or wrong settings: all of them, one a line
3     the service, its database, its files or its port cannot be had
130   stopped by the keyboard, as shells tell it (`serve` stops with 0: that is how it is stopped)
====  ===================================================================================================
"""

from service.cli.program import main

__all__ = ["main"]
