/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of the HttpProxy log: FOLDER/PROTOCOL/HttpProxy_yyyyMMddHH-N.LOG, written by every process
 * of the server.
 *
 * A file appears complete with its head (temporary file, then link(2)), so that no process ever
 * sees one without it.  Each line is one write(2) on an O_APPEND descriptor; no process waits for
 * another one.  A new file begins with each UTC hour and, as N+1, when the size is reached: each
 * process sees that after its own line, so a file is longer than the size by at most one line of
 * each process.  After a restart the highest N of the hour goes on.  Whoever begins a file removes
 * those older than the retention, told by their names, and nothing else.  A file or folder that was
 * removed is made again within a second, the protocol's folder only if its parent can be written.
 *
 * A failing write never fails a request: it is reported once through the callback, counted, and
 * retried at most once a second; recovery is reported once too.  A torn line (full disk) is ended
 * before more is written: by the process that tore it when it tries again, by the others within a
 * second.  Where several end it at the same time, a blank line is left.
 *
 * Lifetime: a log lives in the process' pool; its descriptors belong to the process (opened at the
 * first line, closed by a cleanup of that pool).  Threads: any; one mutex a protocol folder, held
 * for the write only, and not while the callback runs.
 */
#ifndef MOD_ASA_AUTH_HTTPPROXY_LOG_H
#define MOD_ASA_AUTH_HTTPPROXY_LOG_H

#include <apr_pools.h>
#include <apr_time.h>

#include "core/time_text.h"

typedef struct mod_asa_httpproxy_log_t mod_asa_httpproxy_log_t;

typedef struct mod_asa_httpproxy_log_options_t {
    const char *folder;       /* absolute */
    apr_off_t size;           /* bytes at which the next file begins; 0 = no limit */
    apr_interval_time_t keep; /* age after which a file is removed; 0 = never */
} mod_asa_httpproxy_log_options_t;

typedef enum mod_asa_httpproxy_log_event_t {
    MOD_ASA_HTTPPROXY_LOG_FAILS,    /* the file cannot be written */
    MOD_ASA_HTTPPROXY_LOG_RECOVERS, /* it is written again */
    MOD_ASA_HTTPPROXY_LOG_KEEPS_OLD /* files past their time cannot be removed */
} mod_asa_httpproxy_log_event_t;

/* Each event is told once until it is over.  text is the path of the file, or of the protocol's
 * folder whose old files stay, in trouble with ": " and the system's words; it lives only during
 * the call.  lost = lines lost since the trouble began. */
typedef void mod_asa_httpproxy_log_report_t(void *baton, mod_asa_httpproxy_log_event_t event,
                                            const char *text, unsigned long lost);

/* Defaults: 10 MB a file, 30 days kept. */
#define MOD_ASA_HTTPPROXY_LOG_SIZE ((apr_off_t)10 * 1024 * 1024)
#define MOD_ASA_HTTPPROXY_LOG_KEEP (30 * ASA_TIME_DAY)

/* At configuration time, before children exist: makes the folder (its parent must exist) and one
 * folder per protocol, mode 0750.  Running as root, what it makes belongs to uid and gid; what
 * stands there already keeps its owner and must let them in, and write in a protocol's folder.  A
 * protocol's name is up to 64 letters, digits, '-' and '_'.  Returns NULL, or a sentence that says
 * what is wrong, from the pool. */
const char *mod_asa_httpproxy_log_prepare(apr_pool_t *pool,
                                          const mod_asa_httpproxy_log_options_t *options,
                                          const char *const *protocols, size_t protocol_count,
                                          unsigned uid, unsigned gid);

/* One log for the process; call in each child.  Opens nothing; options are copied.  NULL when the
 * system is out of mutexes or memory. */
mod_asa_httpproxy_log_t *mod_asa_httpproxy_log_open(apr_pool_t *process_pool,
                                                    const mod_asa_httpproxy_log_options_t *options,
                                                    mod_asa_httpproxy_log_report_t *report,
                                                    void *baton);

/* Appends one finished line (with CRLF) to the protocol's current file. now decides the hour. */
void mod_asa_httpproxy_log_write(mod_asa_httpproxy_log_t *log, const char *protocol, apr_time_t now,
                                 const char *line, size_t len);

#endif
