"""What people may ask of their data (PIPL): periods of keeping, erasure, access, legal hold."""
