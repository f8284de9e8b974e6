"""Policy packs: how they are read, inherited, checked, compiled and explained. No Django here."""
