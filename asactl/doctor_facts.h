/* SPDX-License-Identifier: Apache-2.0
 *
 * What doctor has seen of the directory, the domain controllers, the network, the nodes and the
 * schedule: filled by the files that ask, judged by the files that check.
 *
 * Where something could not be asked, an "unseen" text says why, and nothing else there counts.
 * Strings come from the directory, DNS and nodes: hostile, and bounded where they came in.  All of
 * it lives in the pool of the run; read-only once made.
 */
#ifndef ASACTL_DOCTOR_FACTS_H
#define ASACTL_DOCTOR_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/directory.h"
#include "asactl/dns.h"
#include "asactl/kdc.h"
#include "asactl/node_request.h"
#include "asactl/roll_result.h"
#include "asactl/settings.h"

/* A domain controller, asked itself. */
typedef struct asactl_doctor_controller_t {
    const char *host;
    const char *unseen, *remedy; /* its directory; NULL: it answered */
    bool found;                  /* the account is there */
    asactl_account_t account;
    apr_time_t ahead;               /* of its clock against this machine's */
    const char *no_ticket, *advice; /* why its KDC gave no ticket for the account, and what to do */
    asactl_exit_code_t refusal;     /* what kind of failure that is */
    asactl_kdc_ticket_t ticket;
} asactl_doctor_controller_t;

/* A service principal name and who holds it in the forest. */
typedef struct asactl_doctor_spn_t {
    const char *spn;
    const char *served; /* a node that accepts tickets for it; NULL: none does */
    const char *unseen;
    const apr_array_header_t *holders; /* asactl_spn_holder_t */
    const apr_array_header_t *aliases; /* the same of host/…, where nobody holds the name itself */
} asactl_doctor_spn_t;

/* What a TLS server shows. */
typedef struct asactl_doctor_certificate_t {
    const char *unseen;
    bool skipped;       /* it was not asked at all */
    const char *defect; /* why it is not to be trusted under this name; NULL: it is */
    apr_time_t until;
    const char *binding; /* "sha256:HEX": of type tls-server-end-point; NULL: it has none */
} asactl_doctor_certificate_t;

/* The name that an address leads back to. */
typedef struct asactl_doctor_reverse_t {
    const char *address, *name;
    asactl_doctor_spn_t spn; /* http/NAME */
} asactl_doctor_reverse_t;

/* A name under which nodes serve clients. */
typedef struct asactl_doctor_name_t {
    const char *host;
    const char *where; /* a node that serves it; NULL: the account has it, and no node was seen */
    bool tls;          /* clients speak TLS with it, as its servers show */
    asactl_dns_answer_t dns;
    bool local; /* this machine finds an address for it, whatever DNS says */
    const apr_array_header_t *reverses; /* asactl_doctor_reverse_t */
    const char *reverse_unseen;
    asactl_doctor_certificate_t certificate;
} asactl_doctor_name_t;

typedef struct asactl_doctor_schedule_t {
    const char *unseen;
    const char *file; /* what starts the roll; NULL: there is no schedule */
    bool half;        /* the service is there, and no timer */
    apr_time_t made;
    unsigned days; /* 0: not known */
    const asactl_roll_result_t *last;
} asactl_doctor_schedule_t;

typedef struct asactl_doctor_facts_t {
    const asactl_settings_t *settings;
    const char *version; /* of this asactl */
    apr_time_t now;

    const char *directory; /* the domain controller asked first */
    const char *directory_unseen, *directory_remedy;
    bool found; /* the account is there */
    asactl_account_t account;
    const char *controllers_unseen;
    const apr_array_header_t *controllers; /* asactl_doctor_controller_t, the first one first */

    const apr_array_header_t *spns; /* asactl_doctor_spn_t: of published names and of the account */
    const apr_array_header_t *names; /* asactl_doctor_name_t: published ones */
    const asactl_node_answer_t *nodes;
    size_t node_count;
    asactl_doctor_schedule_t schedule;
} asactl_doctor_facts_t;

#endif
