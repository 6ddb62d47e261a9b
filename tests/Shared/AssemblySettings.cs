// Native work uses one thread, and two native test classes at once would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
