"""Personal data at rest: the keys outside the database, sealed columns, columns that compare."""
