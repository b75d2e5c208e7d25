/* SPDX-License-Identifier: Apache-2.0
 *
 * What one line of a log says of one request, whichever program wrote it.
 *
 * Three kinds of log are read: HttpProxy logs of every Exchange generation and of mod_asa_auth, W3C
 * logs of IIS, and Address Book service logs of Exchange 2010.  What a kind does not say stays
 * empty.  Texts are the log's own bytes: hostile, not terminated, possibly with NUL, escape
 * sequences and bytes that are not UTF-8.
 *
 * Pure, any thread, no allocation.  Texts are borrowed: they point into the line and live as long
 * as it does; a quote in a text that was quoted stands doubled, as in the line.
 */
#ifndef ASACTL_LOG_RECORD_H
#define ASACTL_LOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_time.h>

#include "asactl/log_schema.h"

typedef struct asactl_log_record_t {
    asactl_log_kind_t kind;
    const char *generation;       /* who wrote it: "mod_asa_auth", else asactl_log_schema_name */
    apr_time_t time;              /* UTC; of an HttpProxy line the end of the request */
    asactl_log_text_t request_id; /* IIS: cafeReqId of the query */
    asactl_log_text_t protocol;   /* IIS: told from the path; Address Book: "AddressBook" */
    asactl_log_text_t vhost;      /* name that the client asked for */
    asactl_log_text_t node;       /* IIS: computer name, else its address */
    asactl_log_text_t user;       /* Address Book: the legacy DN */
    asactl_log_text_t client;     /* address without a port; of several, the first */
    asactl_log_text_t agent;      /* User-Agent; IIS: '+' stands for a space */
    asactl_log_text_t authentication_type;
    bool authenticated;           /* IIS: a user name, and a status that is not 401 */
    int status;                   /* HTTP status; Address Book: RPC status; -1 = not given */
    int substatus;                /* IIS; -1 = not given */
    int64_t win32_status;         /* IIS; -1 = not given */
    asactl_log_text_t error_code; /* of ours the reason of a refusal */

    /* What mod_asa_auth puts into GenericInfo. */
    bool ours;                 /* AuthPkg or AuthReason stands there */
    asactl_log_text_t package; /* AuthPkg: "Kerberos" */
    asactl_log_text_t spn;     /* Spn */
    asactl_log_text_t kvno;    /* Kvno */
    asactl_log_text_t etype;   /* Etype: "aes256-cts-hmac-sha1-96" */
    asactl_log_text_t key;     /* Key: "latest", "previous", "older", "own" */
    asactl_log_text_t bound;   /* Bound: "true", "false" */
    asactl_log_text_t session; /* Session: "false", "connection" */
    asactl_log_text_t reason;  /* AuthReason: a name of core/reason.h */
} asactl_log_record_t;

/* What came of a line. */
typedef enum {
    ASACTL_LOG_LINE_RECORD,  /* *record says it */
    ASACTL_LOG_LINE_HEAD,    /* a comment, a head, a bare row of columns, or empty */
    ASACTL_LOG_LINE_BROKEN,  /* it cannot be read */
    ASACTL_LOG_LINE_FORGED,  /* it can be read, but is not what its writer writes */
    ASACTL_LOG_LINE_FOREIGN, /* another program's, as far as its file tells */
} asactl_log_line_kind_t;

/* Reads one line without its line end.  *schema is what the lines before it in the same file told
 * (asactl_log_schema_begin at the first); a head changes it.  *record is filled only for
 * ASACTL_LOG_LINE_RECORD; *why says for the last three, in a constant sentence, what is wrong.
 *
 * Broken is: another number of columns than the head has; a comma inside quotes, or quotes that RFC
 * 4180 does not know (then readers that parse and readers that split see different columns); a
 * time, status or number that is none; a line of a known kind of log whose head is missing or lacks
 * a column that is needed.  Forged is: the sums of Exchange's latencies do not hold (not asked of
 * 53 columns, which have others), a user is named and denied to be signed in, or mod_asa_auth's
 * proof contradicts its own line or is not whole.
 */
asactl_log_line_kind_t asactl_log_record_read(const char *line, size_t len,
                                              asactl_log_schema_t *schema,
                                              asactl_log_record_t *record, const char **why);

#endif
