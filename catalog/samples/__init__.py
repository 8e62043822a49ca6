"""The sample catalogue (見本データ): invented courses for the demo, dated relative to the day they are made.

The announcements are in `data/*.toml`, written as a city would print them; `wishes` explains the notation of their
days. They are made into a municipal event list, so that the demo takes the same way in as a city's real file.
"""

from catalog.samples.event_list import COLUMNS, MARK, sample_rows, write_sample_csv

__all__ = ["COLUMNS", "MARK", "sample_rows", "write_sample_csv"]
