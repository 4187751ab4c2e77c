"""Advice: which strategy meets an RPO, an RTO and a budget, by the sources' rules and by what was measured."""
