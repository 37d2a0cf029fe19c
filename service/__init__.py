"""The télédéclaration of ESATs to the Caf: one SOAP service, and the map of its house.

Imports only go left: ``errors, settings ← domain ← {contract, storage, security, mail, editique} ← usecases ← {soap,
web, cli} ← {door, server} ← app ← __main__``.

==============  =====================================================================================================
``errors``      every error that can be told, drawn as a tree
``settings``    the only reader of the environment
``domain``      the trade: declarations, rules, campaigns, receipts; standard library only
``contract``    wsdl/ and schemas/ as Python sees them: safe reading, validation, publication
``storage``     SQLAlchemy: tables, unit of work, one repository a subject, migrations
``security``    WS-Security tokens, passwords, encryption, signatures; no database
``mail``        letters, and how they are handed to an SMTP server; no database
``editique``    what is printed: the receipt as a tagged PDF; no database
``usecases``    one public function an act
``soap``        spyne: protocol, types, mapping, endpoint, faults
``web``         the pages: an extranet for ESATs' people, a console for the Caf's operators
``cli``         ``python -m service …``, one module a group of commands
``door``        the WSGI front: size, media type, request id, dispatch
``server``      processes, sockets, and what a worker does beside requests
``app``         the only wiring room
==============  =====================================================================================================

A message's way: ``door`` → ``soap.protocol`` (a checked envelope) → ``usecases.identifier`` (a sender) →
``soap.mapping`` (declarations) → ``usecases.deposer``, which has it studied on one state of the database (``etudier``:
judged, its receipt signed), then stores and logs it in one transaction → ``mapping`` → ``door``. Messages that are
there together take these steps together (``storage.ensemble``). Where the way was made short, ``docs/mesures.md`` has
the figures.
"""

__version__ = "1.0.0"
