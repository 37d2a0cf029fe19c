"""The log among ten million entries: a bounded world is written into a database, then each search is timed there.

population  ESATs, accounts and employees; the repères by which employees are found
tirage      entries, deposits, lines and anomalies, block by block, the same for one seed
ecriture    rows into SQLite or PostgreSQL at the speed of the disk, indexes made afterwards
mesure      each filter alone, then with a period and an ESAT; pages of ListeDepots
"""
