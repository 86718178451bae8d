"""OVAL 5.10.1: manifests as definitions and a scanned system as system characteristics, for an engine that is not ours.

An OVAL engine knows three outcomes, as a verdict does: a definition of class patch that is true says missing, one that
is unknown says indeterminate. docs/oval.md lists what OVAL cannot say.
"""
