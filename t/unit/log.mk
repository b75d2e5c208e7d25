# SPDX-License-Identifier: Apache-2.0
# The unit tests of asactl log, for Makefile.am.

UNIT_TESTS += \
	t/unit/log_class_test \
	t/unit/log_files_test \
	t/unit/log_html_file_test \
	t/unit/log_html_plot_test \
	t/unit/log_legs_test \
	t/unit/log_line_test \
	t/unit/log_looks_test \
	t/unit/log_monitoring_test \
	t/unit/log_reader_test \
	t/unit/log_record_test \
	t/unit/log_summary_test \
	t/unit/log_table_test \
	t/unit/log_time_test

