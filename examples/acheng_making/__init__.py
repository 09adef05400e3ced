"""What ``make_acheng.py`` is made of: the organisations, their bodies, their figures and their money."""
