"""The ontology: what there is, how it may be said, and what it is called.

`Schema.load()` gives classes, relations, properties and concepts as frozen records. The files
beside this one, `sousveil.ttl` and `shapes.ttl`, are the source; everything else is derived.
"""

from sousveil.ontology.schema import (
    Column,
    Concept,
    KindScheme,
    NodeClass,
    Property,
    Relation,
    Schema,
    Template,
)

__all__ = [
    "Column",
    "Concept",
    "KindScheme",
    "NodeClass",
    "Property",
    "Relation",
    "Schema",
    "Template",
]
