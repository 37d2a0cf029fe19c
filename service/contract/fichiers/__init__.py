"""Payroll files as people and spreadsheets write them, for whoever reads them: the vendor's client, the extranet.

===============  =====================================================================================================
``tableau``       a spreadsheet once read
``lecture``       bytes → a `Tableau`, whatever they are: ``lecture_csv``, ``lecture_xlsx``
``colonnes``      the columns of each volet, their names and what they hold; the header of a file against them
``valeurs``       one cell → one value
``conversion``    a row → a record of the domain, or what is wrong with it
``constats``      what is wrong, with its row and column
``traduction``    what schemas and rules say, in rows and columns
``modele``        an empty file to fill in
===============  =====================================================================================================
"""
