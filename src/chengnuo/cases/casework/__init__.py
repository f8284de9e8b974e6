"""Working on a case: handing over, pausing, linking, asking and answering between units."""
