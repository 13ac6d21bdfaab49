"""The rules, by theme. `rule_registry.py` finds every class here by itself."""
