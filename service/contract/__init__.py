"""The contract as Python sees it: lxml, openpyxl, the standard library, `service.errors` and `service.domain`.

==============  =====================================================================================================
catalogue       the schema files: where they are, compiled once per thread, and their words for messages
modele          what the schemas say, as Python values: elements, orders, facets, words
reading         bytes received → the one hardened parser → a checked SOAP envelope, and its fingerprint
interning       gives back the memory of names that strangers' messages leave in the parser
validation      payload against the schemas: accepted, or every error at once
coherence       what makes a payload invalid beyond the schema: elements that do not go together
curseur         the cursor of ListeDepots, written and read
diagnostic      why a payload is refused: every error, its place and our own French words
valeurs         values of simple types: valid or not, and what may be said of those that are not
accuse          the receipt, written directly in canonical form
recepisse       the signed receipt, read back
redaction       a deposit as a message, for whoever has no software that writes one
fichiers        payroll files, CSV and XLSX, in the columns of the contract
publication     what ``?wsdl``, ``?wsdl=soap12``, ``?wsdl=politique`` and ``?xsd=NAME`` answer
==============  =====================================================================================================

The vendor's client uses this room without the server's dependencies.
"""
