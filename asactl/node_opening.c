/* SPDX-License-Identifier: Apache-2.0
 *
 * Tries a ticket with the keys of a key table.
 */
#include "asactl/node_opening.h"

#include "core/account_key.h"
#include "core/ticket.h"

void asactl_node_opening_try(apr_pool_t *pool, const asa_keyring_t *ring, const char *account,
                             const asactl_kdc_ticket_t *ticket, asactl_node_opening_t *out)
{
    const asa_token_t token = {.etype = ticket->etype,
                               .kvno = ticket->kvno,
                               .kvno_known = true,
                               .cipher = ticket->cipher,
                               .cipher_len = ticket->cipher_len};
    asa_opener_t *opener;
    bool forwardable;
    const asa_key_t *key;
    int found;

    *out = (asactl_node_opening_t){.asked = asa_ticket_opener_make(pool, ring, &opener) == NULL};
    if (!out->asked) {
        return;
    }
    found = asa_ticket_key(opener, &token, &forwardable);
    if (found < 0) {
        out->reason = asa_keyring_count(ring) == 0
                          ? ASA_REASON_NO_USABLE_KEY
                          : asa_keyring_explain(ring, account, ticket->etype, true, ticket->kvno);
        return;
    }
    key = asa_keyring_key(ring, (size_t)found);
    out->slot = asa_keyring_slot_name(asa_keyring_slot(ring, (size_t)found));
    out->kvno = key->kvno;
    out->enctype = key->etype;
    out->id = asa_account_key_id(pool, key);
}
