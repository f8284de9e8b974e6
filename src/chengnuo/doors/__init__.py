"""How the world comes in. A door translates and makes one call inward; no rule and no save lives
here."""
