"""The canonical ABI for synchronous calls, written a second time from the specification's text to judge the engine by.

It shares nothing with `rust/`: own types, own layouts, own loading and storing. It is made to be read beside
`CanonicalABI.md` and not to be fast. Names of the specification's definitions stand in the docstrings.
"""
