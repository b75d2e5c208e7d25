/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that the reports on logs show, counted line by line.
 *
 * Memory is bounded, whatever the logs hold: each table has a cap, and what is met past it is
 * counted in one row of its own, "others", which reports show.  So every sum stays right.
 *
 *     protocols 64          vhosts, nodes 1,024      agents 10,000
 *     users 100,000         clients 100,000          who (user, client, protocol) 200,000
 *     reasons, statuses, keys, types 256             time buckets 400 × 16 protocols
 *
 * A name is cut at 256 bytes; reports show it with \xHH for every byte that a terminal would obey
 * or that is not UTF-8, so it is printable UTF-8 without control characters, everywhere.  HTML and
 * CSV still have to escape what they read as their own.  Names but agents are compared without
 * case.
 *
 * Times are apr_time_t, UTC; 0 = never.  Lines may come in any order: "first" and "last" are the
 * earliest and latest time, whatever line came first.
 *
 * One thread; everything lives in the pool of the summary.  Rows are read only for reports.
 */
#ifndef ASACTL_LOG_SUMMARY_H
#define ASACTL_LOG_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "asactl/log_buckets.h"
#include "asactl/log_class.h"
#include "asactl/log_record.h"
#include "asactl/log_table.h"

/* Requests by the way in which they were signed in, and when. */
typedef struct asactl_log_counts_t {
    asactl_log_count_t of[ASACTL_LOG_CLASSES];
    apr_time_t first, last;
} asactl_log_counts_t;

asactl_log_count_t asactl_log_counts_all(const asactl_log_counts_t *counts);
asactl_log_count_t asactl_log_counts_signed_in(const asactl_log_counts_t *counts);

/* --- who and what: one row each --- */

typedef enum {
    ASACTL_LOG_BY_PROTOCOL,
    ASACTL_LOG_BY_VHOST,
    ASACTL_LOG_BY_NODE,
    ASACTL_LOG_BY_USER,
    ASACTL_LOG_BY_CLIENT,
    ASACTL_LOG_BY_AGENT,
    ASACTL_LOG_BY_TYPE, /* AuthenticationType, as it was written; "" = empty */
    ASACTL_LOG_BYS
} asactl_log_by_t;

typedef struct asactl_log_row_t {
    asactl_log_key_t key;
    const char *name; /* "" where the log had nothing; "others" for the row past the cap */
    asactl_log_counts_t counts;
    bool monitoring; /* a user that is a health mailbox of Exchange (log_class.h) */
} asactl_log_row_t;

/* "protocol", "vhost", "node", "user", "client", "agent", "type" */
const char *asactl_log_by_name(asactl_log_by_t by);

/* --- who is not on Kerberos: one row for each user, client and protocol --- */

enum { ASACTL_LOG_WHO_AGENTS = 3 };

typedef struct asactl_log_who_t {
    asactl_log_key_t key;
    /* An empty user: what was turned away. */
    const asactl_log_row_t *user, *client, *protocol;
    asactl_log_counts_t counts;
    /* Session too; and Negotiate if it is trusted, else that counts neither for nor against. */
    apr_time_t last_kerberos;
    apr_time_t since;              /* signed in by something else since then, and not by Kerberos
                                    * after it; 0 = is on Kerberos, or never signed in */
    apr_time_t last_other;         /* last signed in by something else */
    asactl_log_class_t last_class; /* by what, then */
    const asactl_log_row_t *last_type;             /* and its AuthenticationType */
    asactl_log_count_t since_count;                /* sign-ins by something else since then */
    apr_time_t last_refused;                       /* last turned away */
    const struct asactl_log_reason_t *last_reason; /* and why; NULL = never */
    /* Who holds what is to be dropped: */
    asactl_log_count_t weak_count, old_key_count; /* signed in with RC4 or DES; with another key of
                                                   * the account than its latest */
    apr_time_t last_weak, last_old_key;
    /* What they used when it was not Kerberos, the last first; NULL past the end. */
    const asactl_log_row_t *agents[ASACTL_LOG_WHO_AGENTS];
    bool more_agents;
} asactl_log_who_t;

/* --- why --- */

typedef struct asactl_log_reason_t {
    asactl_log_key_t key;
    const char *name;   /* of core/reason.h; "401.1 SEC_E_…" of IIS; Exchange's own ErrorCode */
    const char *remedy; /* NULL: none is known */
    bool refusal;       /* false: the first request of a client, one leg of several */
    asactl_log_count_t count;
    apr_time_t first, last;
    const asactl_log_row_t *last_client, *last_node, *last_protocol;
} asactl_log_reason_t;

/* IIS: a status with its substatus and win32 status. */
typedef struct asactl_log_status_t {
    asactl_log_key_t key;
    int status, substatus;
    int64_t win32_status;
    const char *win32_name; /* "SEC_E_NO_CREDENTIALS"; NULL: not in the table */
    const char *meaning;    /* a sentence with what to do; NULL likewise */
    asactl_log_count_t count;
    apr_time_t first, last;
} asactl_log_status_t;

/* --- which keys are still in use (lines of mod_asa_auth) --- */

typedef struct asactl_log_use_t {
    asactl_log_key_t key;
    const char *etype; /* "aes256-cts-hmac-sha1-96" */
    const char *slot;  /* "latest", "previous", "older", "own" */
    bool weak;         /* RC4 or DES */
    bool old;          /* "previous" or "older" */
    asactl_log_count_t count;
    apr_time_t first, last;
    const asactl_log_row_t *last_user, *last_client;
} asactl_log_use_t;

/* --- what was read --- */

/* A kind of lines that is not counted anywhere else. */
typedef enum {
    ASACTL_LOG_BAD_BROKEN,
    ASACTL_LOG_BAD_FORGED,
    ASACTL_LOG_BAD_FOREIGN,
    ASACTL_LOG_BADS
} asactl_log_bad_t;

enum { ASACTL_LOG_EXAMPLES = 5 };

typedef struct asactl_log_bads_t {
    asactl_log_count_t count;
    size_t examples; /* the first ones */
    struct {
        const char *file;
        asactl_log_count_t line; /* from 1, in the text that was unpacked */
        const char *why;
    } example[ASACTL_LOG_EXAMPLES];
} asactl_log_bads_t;

/* Files and folders that could not be read, or only in part. */
enum { ASACTL_LOG_UNREAD_EXAMPLES = 20 };

typedef struct asactl_log_unread_t {
    asactl_log_count_t count;
    size_t examples; /* the first ones: "PATH: what failed" */
    const char *example[ASACTL_LOG_UNREAD_EXAMPLES];
} asactl_log_unread_t;

/* "broken", "forged", "foreign" */
const char *asactl_log_bad_name(asactl_log_bad_t bad);

/* Lines by who wrote them. */
typedef struct asactl_log_generation_t {
    asactl_log_kind_t kind;
    const char *name; /* "mod_asa_auth", "HttpProxy, 74 columns", "IIS", "Address Book" … */
    asactl_log_count_t lines;
} asactl_log_generation_t;

enum { ASACTL_LOG_GENERATIONS = 10 };

typedef struct asactl_log_sources_t {
    asactl_log_count_t files;      /* read */
    asactl_log_count_t skipped;    /* in the folders, but no log by their names */
    asactl_log_count_t bytes;      /* unpacked */
    asactl_log_count_t lines;      /* all of them, also heads */
    asactl_log_count_t counted;    /* requests that are counted below */
    asactl_log_count_t left_out;   /* requests that a filter left out */
    asactl_log_count_t unfinished; /* last lines without an end: still being written */
    asactl_log_unread_t unread;
    asactl_log_bads_t bad[ASACTL_LOG_BADS];
    size_t generations;
    asactl_log_generation_t generation[ASACTL_LOG_GENERATIONS];
} asactl_log_sources_t;

/* --- all of it --- */

typedef enum {
    ASACTL_LOG_ALL_KERBEROS, /* exit code 0 */
    ASACTL_LOG_NOT_ALL,      /* somebody signed in by something else */
    ASACTL_LOG_UNPROVEN,     /* all else was Kerberos, but some is only "Negotiate" */
    ASACTL_LOG_NOBODY,       /* nobody signed in */
    ASACTL_LOG_UNREADABLE    /* all was Kerberos, but some lines, files or folders could not be
                              * read, or were forged */
} asactl_log_verdict_t;

typedef struct asactl_log_summary_t asactl_log_summary_t;

asactl_log_summary_t *asactl_log_summary_make(apr_pool_t *pool, bool trust_negotiate);

/* Counts one request that passed the filters; gives the class that it was counted as (IIS: NTLM
 * where a leg of the same client stood shortly before). */
asactl_log_class_t asactl_log_summary_add(asactl_log_summary_t *summary,
                                          const asactl_log_record_t *record);

/* Counts one that a filter left out.  Of IIS, the first leg of a sign-in names no user, so that a
 * filter leaves it out and not the success behind it. */
void asactl_log_summary_leave_out(asactl_log_summary_t *summary, const asactl_log_record_t *record);

/* Counts a line that is none; file is copied when the line becomes an example. */
void asactl_log_summary_bad(asactl_log_summary_t *summary, asactl_log_bad_t bad, const char *file,
                            asactl_log_count_t line, const char *why);

/* Counts a file or folder that could not be read; the sentence is copied when it is an example. */
void asactl_log_summary_unread(asactl_log_summary_t *summary, const char *sentence);

/* For the reader of files: counts that it keeps itself. */
asactl_log_sources_t *asactl_log_summary_sources_own(asactl_log_summary_t *summary);

/* --- for reports --- */

bool asactl_log_summary_trusts_negotiate(const asactl_log_summary_t *summary);
const asactl_log_sources_t *asactl_log_summary_sources(const asactl_log_summary_t *summary);
const asactl_log_counts_t *asactl_log_summary_counts(const asactl_log_summary_t *summary);
/* Those of them that are Exchange's own monitoring. */
const asactl_log_counts_t *asactl_log_summary_monitoring(const asactl_log_summary_t *summary);
const asactl_log_buckets_t *asactl_log_summary_buckets(const asactl_log_summary_t *summary);
asactl_log_verdict_t asactl_log_summary_verdict(const asactl_log_summary_t *summary);
/* The verdict in a sentence, for people. */
const char *asactl_log_summary_sentence(const asactl_log_summary_t *summary, apr_pool_t *pool);
/* What the logs cannot prove and why, one sentence each (const char *): Exchange's Negotiate, IIS.
 */
const apr_array_header_t *asactl_log_summary_limits(const asactl_log_summary_t *summary,
                                                    apr_pool_t *pool);

/* How many different ones were met (without "others"). */
size_t asactl_log_summary_distinct(const asactl_log_summary_t *summary, asactl_log_by_t by);

/* The row of number index, in order of first appearance: the protocols of the buckets. */
const asactl_log_row_t *asactl_log_summary_row(const asactl_log_summary_t *summary,
                                               asactl_log_by_t by, size_t index);

/* Sorted lists of pointers, in the pool given; a row "others" comes last in each.
 * rows: const asactl_log_row_t *, most requests first, health mailboxes behind other users.
 * not_on_kerberos: const asactl_log_who_t *, who signed in by something else, and not by Kerberos
 *   after it; most such sign-ins first, then health mailboxes, the others last.
 * turned_away: const asactl_log_who_t *, who was refused (by a client alone, as a log does not name
 *   users that were not signed in) and not signed in by Kerberos after it; the latest first.
 * old_keys: const asactl_log_who_t *, who signed in with a weak encryption type or another key of
 *   the account than the latest; the latest first.
 * reasons: const asactl_log_reason_t *, refusals first, then by count.
 * statuses: const asactl_log_status_t *, by count.
 * uses: const asactl_log_use_t *, by count. */
apr_array_header_t *asactl_log_summary_rows(const asactl_log_summary_t *summary, apr_pool_t *pool,
                                            asactl_log_by_t by);
apr_array_header_t *asactl_log_summary_not_on_kerberos(const asactl_log_summary_t *summary,
                                                       apr_pool_t *pool);
/* Of a list of const asactl_log_who_t *, the health mailboxes, or the others. */
apr_array_header_t *asactl_log_who_of(apr_pool_t *pool, const apr_array_header_t *list,
                                      bool monitoring);
apr_array_header_t *asactl_log_summary_turned_away(const asactl_log_summary_t *summary,
                                                   apr_pool_t *pool);
apr_array_header_t *asactl_log_summary_old_keys(const asactl_log_summary_t *summary,
                                                apr_pool_t *pool);
apr_array_header_t *asactl_log_summary_reasons(const asactl_log_summary_t *summary,
                                               apr_pool_t *pool);
apr_array_header_t *asactl_log_summary_statuses(const asactl_log_summary_t *summary,
                                                apr_pool_t *pool);
apr_array_header_t *asactl_log_summary_uses(const asactl_log_summary_t *summary, apr_pool_t *pool);

#endif
