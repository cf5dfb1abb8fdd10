"""Open information extraction over dependency trees: clauses, what they say, and how sure that is."""
