/* SPDX-License-Identifier: Apache-2.0
 *
 * The content of asa-status as one JSON document, from which both forms of the page are made.
 *
 * {
 *   "module": "mod_asa_auth", "version": "0.1.0", "httpd": "Apache/2.4…", "user": "www-data",
 *   "time": "2026-…Z", "server": "node1…", "pid": 1, "since": "2026-…Z",
 *   "credentials": [ { "files": ["…"], "defect": null | "…", "generation": 1, "loaded": "…Z",
 *                      "keys": [ { "account": "…", "slot": "latest", "kvno": 6, "enctype": "…",
 *                                  "id": "…", "time": "…Z" } ] } ],
 *   "workers": [ { "pid": 1, "credentials": [ { "number": 0, "generation": 1, "loaded": "…Z",
 *                  "held": "…", "keys": [ { "account": "…", "realm": "…", "kvno": 6, "id": "…" } ],
 *                  "more": 0 } ] } ],
 *   "protocols": [ { "protocol": "Mapi", "signed_in": { "latest": 1, … },
 *                    "refused": { "NtlmOffered": 1, … } } ],
 *   "refusals": [ { "time": "…Z", "reason": "…", "client": "…", "protocol": "…", "text": "…" } ],
 *   "servers": […], "servers_more": 0   (see served.h)
 * }
 *
 * Text that is not UTF-8 is replaced, so that the document can always be made.
 */
#ifndef MOD_ASA_AUTH_STATUS_REPORT_H
#define MOD_ASA_AUTH_STATUS_REPORT_H

#include <jansson.h>

#include "mod_asa_auth/private.h"

/* A new reference for the caller; NULL when there is no memory. */
json_t *mod_asa_status_report_make(request_rec *r);

#endif
