"""Public pages: commitments, progress of a case, ratings. Nobody signs in here."""
