/* SPDX-License-Identifier: Apache-2.0
 *
 * What this httpd serves, for asa-status: each virtual host with its places, as a request there
 * would find them configured.
 *
 * "servers": [ { "name": "mail…" | null, "port": 443, "aliases": ["…"], "tls": true,
 *     "proxy_protocol": false (RemoteIPProxyProtocol),
 *     "principals": ["http/mail…"] (of the places with Negotiate together; ["any"]),
 *     "credential": 0 (in "credentials") | null, "field_size": 65536,
 *     "read_timeout": "handshake=0 header=… body=…" | null (mod_reqtimeout is not loaded); both as
 *     httpd applies them: of the first virtual host of its address,
 *     "bindings": ["sha256:…"], "bindings_from": "mod_ssl" | "AsaChannelBindingCertificate" | null,
 *     "log": null | { "folder": "…", "writable": true, "error": null | "…" },
 *     "places": [ { "kind": "Location", "path": "…", "negotiate": true, "auth_type": "…" | null,
 *         "protocol": "…" | null, "require_tls": true, "bindings": "off" | "accept" | "require",
 *         "back_end": "strip" | "pass" | "delegate",
 *         "handler": "asa-health" | "asa-status" | null (any other) } ],
 *     "more": 0 (values of these lists that are left out) } ],
 * "servers_more": 0 (servers that are left out)
 *
 * In the order of the configuration.  The main server is left out where virtual hosts answer for
 * every Listen.  All of it together
 * stays below 640 KiB (without blanks), 1,024 servers and 64 values of each list: servers with
 * Negotiate or AsaProtocol come first, others are left out before them.
 */
#ifndef MOD_ASA_AUTH_SERVED_H
#define MOD_ASA_AUTH_SERVED_H

#include <jansson.h>

#include "mod_asa_auth/private.h"

/* Adds "servers" and "servers_more" to the report that answers r.  Whether the log can be written
 * is tried now, by this process.  Any thread. */
void mod_asa_served_add(request_rec *r, json_t *report);

#endif
