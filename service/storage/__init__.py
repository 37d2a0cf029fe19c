"""The room of the database: tables, transactions, one repository a subject, migrations.

SQLAlchemy Core describes tables and statements; statements are compiled once and run at driver level (`statements`),
the same on SQLite and on PostgreSQL. Repositories take and return plain values: whatever is secret or personal reaches
this room already encrypted or hashed.

========================  ==========================================================================
`tables`, `columns`       what is stored, and how instants and amounts are written
`database`                engines, probes, what counts as an unreachable database
`statements`, `session`   compiled statements, and the one connection of a transaction that runs them
`bulk`                    insertion of many rows, by column
`unit_of_work`            one transaction: leaving without `commit` rolls back
`write_lock`, `ecrivain`  one writer at a time on SQLite, and the commit that several share
`comptes`, `habilitations`, `cles`, `tentatives`, `jetons`   accounts and their credentials
`conventions`, `esats`, `campagnes`                          who may declare, and when
`depots`, `lignes`, `journal`                                what was declared, and the log of submissions
`antecedents`             what an ESAT declared before of the employees of a message
`migrations`, `creation`  Alembic revisions, run by program; a database that is born whole
========================  ==========================================================================
"""
