"""The demonstration house: plainly invented companies, made through the same verbs as real ones."""
