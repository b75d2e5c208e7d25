# SPDX-License-Identifier: Apache-2.0
# The sources of asactl log, for Makefile.am.

libasactl_la_SOURCES += \
	asactl/log_buckets.c asactl/log_buckets.h \
	asactl/log_class.c asactl/log_class.h \
	asactl/log_compare.c asactl/log_compare.h \
	asactl/log_files.c asactl/log_files.h \
	asactl/log_filter.c asactl/log_filter.h \
	asactl/log_follow.c asactl/log_follow.h \
	asactl/log_html.c asactl/log_html.h asactl/log_html_private.h \
	asactl/log_html_file.c asactl/log_html_file.h \
	asactl/log_html_keys.c asactl/log_html_read.c asactl/log_html_style.c asactl/log_html_table.c \
	asactl/log_html_time.c asactl/log_html_value.c asactl/log_html_who.c asactl/log_html_why.c \
	asactl/log_html_plot.c asactl/log_html_plot.h \
	asactl/log_held.c asactl/log_held.h \
	asactl/log_line.c asactl/log_line.h \
	asactl/log_lines.c asactl/log_lines.h \
	asactl/log_looks.c asactl/log_looks.h \
	asactl/log_mark.c asactl/log_mark.h \
	asactl/log_name.c asactl/log_name.h \
	asactl/log_reader.c asactl/log_reader.h \
	asactl/log_reason.c asactl/log_reason.h \
	asactl/log_record.c asactl/log_record.h \
	asactl/log_record_address_book.c \
	asactl/log_record_column.c \
	asactl/log_record_httpproxy.c \
	asactl/log_record_iis.c \
	asactl/log_record_private.h \
	asactl/log_schema.c asactl/log_schema.h \
	asactl/log_show.c asactl/log_show.h asactl/log_show_csv.c asactl/log_show_json.c \
	asactl/log_show_read.c \
	asactl/log_source.c asactl/log_source.h \
	asactl/log_summary.c asactl/log_summary.h \
	asactl/log_summary_lists.c \
	asactl/log_summary_private.h \
	asactl/log_summary_who.c \
	asactl/log_table.c asactl/log_table.h \
	asactl/log_time.c asactl/log_time.h \
	asactl/log_verdict.c \
	asactl/verb_log.c asactl/verb_log.h \
	asactl/win32_status.c asactl/win32_status.h
