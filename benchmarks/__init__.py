"""What a message costs: ``make bench`` compares the complete product with other SOAP stacks, ``make bench-micro`` shows
each step in one process.

candidats   what is compared, and how each is started on empty data
monde       the ESATs, accounts and clés that our product is asked by
charge      one burst of messages through wrk (``charge.lua`` writes them), its answers checked
tournoi     rounds: every candidate afresh, in random order, every load in random order, rows counted
inondation  what a flood of wrong passwords leaves
client      CPU time of the reference client
micro       CPU time of each step of a deposit, in one process
profil      what the CPU time of a worker goes to, by room of the house
carnet      figures kept as they come, and who failed
rapport     docs/mesures.md and its plot, from the figures kept: ``comparaison``, ``exigences``, ``dessin``
"""
