"""The rules, by family and subject. `rule_registry.py` finds every class here by itself."""
