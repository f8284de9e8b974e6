"""What templates show: values of the inner rooms turned into words, moments and drawings."""
