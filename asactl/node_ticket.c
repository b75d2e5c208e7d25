/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes and reads the sealed part of a ticket as JSON.
 */
#include "asactl/node_ticket.h"

#include <apr_encode.h>

#include "asactl/json_take.h"

#define CIPHER_MAX (64 * 1024)
#define BASE64_MAX (4 * (CIPHER_MAX + 2) / 3)

json_t *asactl_node_ticket_json(apr_pool_t *pool, const asactl_kdc_ticket_t *ticket)
{
    if (ticket == NULL) {
        return json_null();
    }
    return json_pack(
        "{s:i, s:I, s:s}", "etype", (int)ticket->etype, "kvno", (json_int_t)ticket->kvno, "cipher",
        apr_pencode_base64_binary(pool, ticket->cipher, (apr_ssize_t)ticket->cipher_len,
                                  APR_ENCODE_NONE, NULL));
}

bool asactl_node_ticket_parse(apr_pool_t *pool, const json_t *json, const asactl_kdc_ticket_t **out)
{
    asactl_kdc_ticket_t *ticket = apr_pcalloc(pool, sizeof *ticket);
    json_int_t etype, kvno;
    const char *text;
    apr_size_t len = 0;

    *out = NULL;
    if (json == NULL || json_is_null(json)) {
        return true;
    }
    if (!asactl_json_take_number(json, "etype", INT32_MIN, INT32_MAX, &etype) ||
        !asactl_json_take_number(json, "kvno", 0, UINT32_MAX, &kvno) ||
        !asactl_json_take_text(pool, json, "cipher", BASE64_MAX, &text) || text == NULL) {
        return false;
    }
    ticket->etype = (int32_t)etype;
    ticket->kvno = (uint32_t)kvno;
    ticket->cipher =
        apr_pdecode_base64_binary(pool, text, APR_ENCODE_STRING, APR_ENCODE_NONE, &len);
    ticket->cipher_len = len;
    *out = ticket;
    return ticket->cipher != NULL && len > 0;
}
