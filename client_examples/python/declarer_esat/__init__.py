"""`declarer-esat`: declare an ESAT's employees to the Caf from a payroll file, and keep the signed receipts.

A reference for payroll vendors: each step is a small module that can be read, and copied, alone. Of the service it uses
only the rules (`service.domain`), the schemas (`service.contract`), the errors and the French of click, so that what is
checked here is what is checked there.

===================  ==================================================================================================
from a file to lines
---------------------------------------------------------------------------------------------------------------------
``fichier``           a file → its rows, understood or refused, by the reader that the extranet uses too
                      (`service.contract.fichiers`)
``controle``          the very schemas and rules of the service, away from it
===================  ==================================================================================================

===================  ==================================================================================================
from lines to receipts
---------------------------------------------------------------------------------------------------------------------
``messages``          records → payloads, by zeep, from the contract's WSDL
``lots``              lines → messages within the limits of the service
``registre``          each message on disk before it is sent, under the identity of its file: nothing is ever doubled
``service_esat``      the nine operations, by zeep: a fresh token each time, faults as errors
``transport``         HTTP under zeep: what deserves another try, what does not
``reprises``          how often, and how long after
``envoi``             the messages of a file, until each has its receipt
``signature``         is this receipt signed by the service, and what does it say
``certificats``       the certificates that receipts are verified with, pinned
``accuses``           receipts: checked against what was sent, and kept unchanged
===================  ==================================================================================================

===================  ==================================================================================================
between a person and all that
---------------------------------------------------------------------------------------------------------------------
``configuration``     options, environment and TOML file
``options``           the options that commands share
``declarer`` …        one module a group of commands: ``declarer``, ``annuler``, ``consulter``, ``recus``, ``compte``,
                      ``modele``
``affichage`` …       tables, for eyes (``affichage``, ``affichage_accuse``) and for programs (``donnees``)
``rejets``            the refused rows, as a file to correct and send again
===================  ==================================================================================================
"""
