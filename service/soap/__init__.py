"""The SOAP room: spyne behind our own protocol, so that what reaches a use case is exactly what the contract says."""
