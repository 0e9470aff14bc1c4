"""The teacher: synthesisers that speak with known sound times, and rules that turn sounds into mouth movements.

Only training needs it. The synthesisers are programs of the system; their modules raise MissingDependency without them.
"""
