"""The contract as Python sees it: lxml, the standard library and `service.errors`, nothing else.

=============  =====================================================================================================
catalogue      the schema files: where they are, compiled once per thread, and their words for messages
reading        bytes received → the one hardened parser → a checked SOAP envelope, and its fingerprint
validation     payload against the schemas: every error at once, in our own French words
publication    what ``?wsdl``, ``?wsdl=soap12``, ``?wsdl=politique`` and ``?xsd=NAME`` answer
=============  =====================================================================================================

The vendor's client uses this room without the server's dependencies.
"""
