"""DynamoDB's expressions: read once into frozen trees, then bound to a request's placeholders and applied to items.

Text becomes tokens, tokens a tree that knows nothing of the request (and is therefore kept for the next one), and the
tree with the request's names and values a function of items. Source: Developer Guide, "Using expressions in DynamoDB".
"""
