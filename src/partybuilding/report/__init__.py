"""Reports: tables of the five mechanisms, and a folder of pages made of them."""
