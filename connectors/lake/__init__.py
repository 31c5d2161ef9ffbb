"""An archive of predictions and labels as dated Parquet files, and the engines that read it."""
