"""Many systems at once: inventories as Parquet, one judgement for each system, and the report on all of them."""
