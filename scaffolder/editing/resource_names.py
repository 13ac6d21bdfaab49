"""The values after `=` that name a resource at Cloudflare, with the rule that each follows.

Not here: the functions that accept them (`accepted_values.py`).
"""

from __future__ import annotations

from scaffolder.editing.argument import Value
from scaffolder.reading.config.accepted_values import BUCKET, DATASET, INDEX, NAMESPACE, QUEUE, WORKER, is_id

BUCKET_NAME = Value(
    key="bucket_name",
    default=lambda target: target.resource_name,
    accepts=BUCKET.fullmatch,
    noun="bucket name",
    rule="a bucket name has 3 to 63 lowercase letters, digits and dashes, and no dash at either end",
    example="my-files",
)

DATASET_NAME = Value(
    key="dataset",
    default=lambda target: target.resource_name.replace("-", "_"),
    accepts=DATASET.fullmatch,
    noun="dataset name",
    rule="a dataset name has letters, digits, underscores and dashes",
    example="my_events",
)

HYPERDRIVE_ID = Value(
    key="id",
    accepts=is_id,
    noun="ID of the Hyperdrive configuration",
    rule="an ID is not empty, and has no spaces and no brackets of a placeholder",
    example="8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
)

INDEX_NAME = Value(
    key="index_name",
    default=lambda target: target.resource_name,
    accepts=INDEX.fullmatch,
    noun="name of an index",
    rule="the name of an index has lowercase letters, digits, - and _, first a letter and last a letter or a digit",
    example="my-index",
)

NAMESPACE_NAME = Value(
    key="namespace",
    default=lambda target: target.resource_name,
    accepts=NAMESPACE.fullmatch,
    noun="name of a dispatch namespace",
    rule="the name of a namespace has letters, digits, underscores and dashes",
    example="my-namespace",
)

QUEUE_NAME = Value(
    key="queue",
    default=lambda target: target.resource_name,
    accepts=QUEUE.fullmatch,
    noun="queue name",
    rule="a queue name has 1 to 63 lowercase letters, digits and dashes, and no dash at either end",
    example="my-jobs",
)

WORKER_NAME = Value(
    key="service",
    default=lambda target: target.kebab_name,
    accepts=WORKER.fullmatch,
    noun="name of a worker",
    rule="the name of a worker has lowercase letters, digits, underscores and dashes, and no dash at its start",
    example="my-worker",
)
