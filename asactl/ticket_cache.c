/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies ticket-granting tickets from one credential cache to another.
 */
#include "asactl/ticket_cache.h"

#include <string.h>

static krb5_error_code copy_tickets(krb5_context context, krb5_ccache from, krb5_ccache into)
{
    krb5_cc_cursor cursor;
    krb5_creds creds;
    krb5_error_code code = krb5_cc_start_seq_get(context, from, &cursor);

    if (code != 0) {
        return code;
    }
    while (code == 0 && krb5_cc_next_cred(context, from, &cursor, &creds) == 0) {
        if (!krb5_is_config_principal(context, creds.server) && creds.server->length == 2 &&
            creds.server->data[0].length == 6 &&
            memcmp(creds.server->data[0].data, "krbtgt", 6) == 0) {
            code = krb5_cc_store_cred(context, into, &creds);
        }
        krb5_free_cred_contents(context, &creds);
    }
    krb5_cc_end_seq_get(context, from, &cursor);
    return code;
}

static krb5_error_code fetch_between(krb5_context context, krb5_ccache own, const char *realm,
                                     krb5_principal client)
{
    krb5_creds *tgt = NULL, between = {.client = client};
    krb5_error_code code = krb5_build_principal(context, &between.server, client->realm.length,
                                                client->realm.data, "krbtgt", realm, (char *)NULL);

    if (code == 0) {
        code = krb5_get_credentials(context, 0, own, &between, &tgt);
        krb5_free_creds(context, tgt);
        krb5_free_principal(context, between.server);
    }
    return code;
}

krb5_error_code asactl_ticket_cache_fill(krb5_context context, const char *tickets,
                                         const char *realm, krb5_ccache into,
                                         krb5_principal *client)
{
    krb5_ccache own = NULL;
    krb5_error_code code =
        tickets != NULL ? krb5_cc_resolve(context, tickets, &own) : krb5_cc_default(context, &own);

    if (code == 0) {
        code = krb5_cc_get_principal(context, own, client);
    }
    if (code == 0) {
        code = fetch_between(context, own, realm, *client);
    }
    if (code == 0) {
        code = krb5_cc_initialize(context, into, *client);
    }
    if (code == 0) {
        code = copy_tickets(context, own, into);
    }
    if (own != NULL) {
        krb5_cc_close(context, own);
    }
    return code;
}
