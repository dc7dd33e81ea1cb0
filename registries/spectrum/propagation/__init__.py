"""Propagation models of ITU-R and of NTIA: each an obvious function of one link, and a kernel over many links.

No digital map of ITU is held here: refractivity and its gradient are arguments of the models.
"""
