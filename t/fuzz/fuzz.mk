# SPDX-License-Identifier: Apache-2.0
# The fuzz targets, for Makefile.am.

FUZZ_TARGETS = \
	t/fuzz/access_right_fuzz \
	t/fuzz/complaint_fuzz \
	t/fuzz/directory_range_fuzz \
	t/fuzz/directory_value_fuzz \
	t/fuzz/dns_fuzz \
	t/fuzz/html_text_fuzz \
	t/fuzz/http_header_fuzz \
	t/fuzz/keytab_fuzz \
	t/fuzz/log_field_fuzz \
	t/fuzz/log_record_fuzz \
	t/fuzz/log_source_fuzz \
	t/fuzz/negotiate_fuzz \
	t/fuzz/node_denial_fuzz \
	t/fuzz/node_served_fuzz \
	t/fuzz/node_wire_fuzz \
	t/fuzz/node_workers_fuzz \
	t/fuzz/pac_fuzz \
	t/fuzz/password_fuzz \
	t/fuzz/roll_note_fuzz \
	t/fuzz/safe_text_fuzz \
	t/fuzz/settings_fuzz \
	t/fuzz/token_fuzz \
	t/fuzz/visit_wire_fuzz

# Without libFuzzer a target only replays the files that it is given.
if FUZZ
FUZZ_LIBS = $(LDADD) $(FUZZ_LDFLAGS)
else
noinst_LTLIBRARIES += t/fuzz/libreplay.la
t_fuzz_libreplay_la_SOURCES = t/fuzz/replay.c
FUZZ_LIBS = $(LDADD) t/fuzz/libreplay.la
endif
t_fuzz_access_right_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_complaint_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_directory_range_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_directory_value_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_dns_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_html_text_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_http_header_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_keytab_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_log_field_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_log_record_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_log_source_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_negotiate_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_node_denial_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_node_served_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_node_wire_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_node_workers_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_pac_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_password_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_roll_note_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_safe_text_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_settings_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_token_fuzz_LDADD = $(FUZZ_LIBS)
t_fuzz_visit_wire_fuzz_LDADD = $(FUZZ_LIBS)
