"""The pages for staff, by desk. A desk imports the kit and no other desk."""
