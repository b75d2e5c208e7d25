/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorts keys into accounts and slots, and says which of them a ticket may need.
 */
#include "core/keyring.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "core/token.h"

#define RODC_SHIFT 16
#define SHOWN_MAX  8 /* of accounts, and of kvnos of one: a log line is to be read */

struct asa_keyring_t {
    const asa_key_t *keys;
    size_t count;
    size_t *account; /* index of the account's first key */
    size_t *rank;    /* how many higher kvnos its account has: 0, 1, or 2 for more */
    asa_key_slot_t *slot;
};

/* A kvno without the number of the read-only domain controller that may have issued the ticket. */
static uint32_t plain_kvno(uint32_t kvno)
{
    uint32_t low = kvno & ((1u << RODC_SHIFT) - 1);

    return low != 0 ? low : kvno;
}

static bool same_key(const asa_key_t *a, const asa_key_t *b)
{
    return a->etype == b->etype && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool same_name(const asa_key_t *a, const asa_key_t *b)
{
    return strcasecmp(a->principal, b->principal) == 0 && strcmp(a->realm, b->realm) == 0;
}

static void merge_accounts(asa_keyring_t *ring, size_t a, size_t b)
{
    size_t from = ring->account[a] > ring->account[b] ? ring->account[a] : ring->account[b];
    size_t to = ring->account[a] > ring->account[b] ? ring->account[b] : ring->account[a];

    for (size_t i = 0; from != to && i < ring->count; i++) {
        if (ring->account[i] == from) {
            ring->account[i] = to;
        }
    }
}

static void find_accounts(asa_keyring_t *ring)
{
    for (size_t i = 0; i < ring->count; i++) {
        ring->account[i] = i;
        for (size_t j = 0; j < i; j++) {
            if (same_name(&ring->keys[i], &ring->keys[j]) ||
                same_key(&ring->keys[i], &ring->keys[j])) {
                merge_accounts(ring, i, j);
            }
        }
    }
}

/* Does the principal name this host: HOST$, class/host or class/host.domain? */
static bool names_host(const char *principal, const char *host)
{
    const char *slash = strchr(principal, '/');
    size_t short_len = strcspn(host, ".");
    size_t len = strlen(principal);

    if (slash != NULL) {
        const char *instance = slash + 1;
        return strcasecmp(instance, host) == 0 ||
               (strlen(instance) == short_len && strncasecmp(instance, host, short_len) == 0);
    }
    return len == short_len + 1 && principal[len - 1] == '$' &&
           strncasecmp(principal, host, short_len) == 0;
}

static bool is_own(const asa_keyring_t *ring, size_t account, const char *const *names,
                   size_t count)
{
    for (size_t i = 0; i < ring->count; i++) {
        for (size_t n = 0; ring->account[i] == account && n < count; n++) {
            if (*names[n] != '\0' && names_host(ring->keys[i].principal, names[n])) {
                return true;
            }
        }
    }
    return false;
}

/* How many distinct higher kvnos the key's account has, 2 for more. */
static size_t rank_of(const asa_keyring_t *ring, size_t index)
{
    uint32_t kvno = plain_kvno(ring->keys[index].kvno);
    uint32_t higher = 0;
    size_t rank = 0;

    for (size_t i = 0; i < ring->count; i++) {
        uint32_t other = plain_kvno(ring->keys[i].kvno);
        if (ring->account[i] != ring->account[index] || other <= kvno) {
            continue;
        }
        if (rank == 0) {
            higher = other;
            rank = 1;
        } else if (other != higher) {
            return 2;
        }
    }
    return rank;
}

static void find_slots(asa_keyring_t *ring, const char *const *names, size_t name_count)
{
    static const asa_key_slot_t by_rank[] = {ASA_KEY_LATEST, ASA_KEY_PREVIOUS, ASA_KEY_OLDER};

    for (size_t i = 0; i < ring->count; i++) {
        ring->rank[i] = rank_of(ring, i);
        bool own = ring->account[i] == i ? is_own(ring, i, names, name_count)
                                         : ring->slot[ring->account[i]] == ASA_KEY_OWN;
        ring->slot[i] = own ? ASA_KEY_OWN : by_rank[ring->rank[i]];
    }
}

const asa_keyring_t *asa_keyring_make(apr_pool_t *pool, const asa_keys_t *keys,
                                      const char *const *node_names, size_t node_name_count)
{
    asa_keyring_t *ring = apr_pcalloc(pool, sizeof *ring);

    ring->keys = keys->keys;
    ring->count = keys->count;
    ring->account = apr_pcalloc(pool, (keys->count + 1) * sizeof *ring->account);
    ring->rank = apr_pcalloc(pool, (keys->count + 1) * sizeof *ring->rank);
    ring->slot = apr_pcalloc(pool, (keys->count + 1) * sizeof *ring->slot);
    find_accounts(ring);
    find_slots(ring, node_names, node_name_count);
    return ring;
}

size_t asa_keyring_count(const asa_keyring_t *ring)
{
    return ring->count;
}

const asa_key_t *asa_keyring_key(const asa_keyring_t *ring, size_t index)
{
    return &ring->keys[index];
}

asa_key_slot_t asa_keyring_slot(const asa_keyring_t *ring, size_t index)
{
    return ring->slot[index];
}

size_t asa_keyring_account(const asa_keyring_t *ring, size_t index)
{
    return ring->account[index];
}

/* An account's own name ends in '$' or, of a user account, is no service's (class/host). */
static int worth_of(const char *principal)
{
    size_t len = strlen(principal);

    return len > 0 && principal[len - 1] == '$' ? 2 : strchr(principal, '/') == NULL;
}

const char *asa_keyring_account_name(const asa_keyring_t *ring, size_t index)
{
    const char *name = ring->keys[ring->account[index]].principal;

    for (size_t i = 0; i < ring->count; i++) {
        if (ring->account[i] == ring->account[index] &&
            worth_of(ring->keys[i].principal) > worth_of(name)) {
            name = ring->keys[i].principal;
        }
    }
    return name;
}

/* Does a come before b in the order of trying? */
static bool comes_before(uint32_t opened, uint32_t a, uint32_t b)
{
    if ((a >= opened) != (b >= opened)) {
        return a >= opened;
    }
    return a >= opened ? a < b : a > b;
}

size_t asa_keyring_versions(const asa_keyring_t *ring, size_t index, uint32_t *out, size_t limit)
{
    uint32_t opened = ring->keys[index].kvno;
    size_t found = 0;

    for (bool more = true; more && found < limit;) {
        more = false;
        for (size_t i = 0; i < ring->count; i++) {
            uint32_t kvno = ring->keys[i].kvno;
            if (ring->account[i] == ring->account[index] &&
                (found == 0 || comes_before(opened, out[found - 1], kvno)) &&
                (!more || comes_before(opened, kvno, out[found]))) {
                out[found] = kvno;
                more = true;
            }
        }
        found += more;
    }
    return found;
}

const char *asa_keyring_slot_name(asa_key_slot_t slot)
{
    static const char *const names[] = {"latest", "previous", "older", "own"};

    return names[slot];
}

static bool listed(const asa_keyring_t *ring, const size_t *out, size_t found, size_t index)
{
    for (size_t i = 0; i < found; i++) {
        if (same_key(&ring->keys[out[i]], &ring->keys[index])) {
            return true;
        }
    }
    return false;
}

/* The order in which keys are likely to be needed. */
static const asa_key_slot_t likely[] = {ASA_KEY_LATEST, ASA_KEY_PREVIOUS, ASA_KEY_OWN,
                                        ASA_KEY_OLDER};
#define LIKELY (sizeof likely / sizeof likely[0])

void asa_keyring_distinct(apr_pool_t *pool, const asa_keyring_t *ring, asa_keys_t *out)
{
    size_t *found = apr_palloc(pool, (ring->count + 1) * sizeof *found);
    asa_key_t *keys;
    size_t count = 0;

    for (size_t i = 0; i < LIKELY * ring->count; i++) {
        size_t index = i % ring->count;
        if (ring->slot[index] == likely[i / ring->count] && !listed(ring, found, count, index)) {
            found[count++] = index;
        }
    }
    keys = apr_palloc(pool, (count + 1) * sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        keys[i] = ring->keys[found[i]];
    }
    *out = (asa_keys_t){keys, count};
}

/* First pass: keys of the ticket's kvno; then one pass for each slot. */
size_t asa_keyring_candidates(const asa_keyring_t *ring, int32_t etype, bool kvno_known,
                              uint32_t kvno, size_t *out, size_t limit)
{
    size_t found = 0;

    for (size_t pass = 0; pass < 1 + LIKELY; pass++) {
        for (size_t i = 0; i < ring->count && found < limit; i++) {
            bool now = pass == 0 ? kvno_known && plain_kvno(ring->keys[i].kvno) == plain_kvno(kvno)
                                 : ring->slot[i] == likely[pass - 1];
            if (now && ring->keys[i].etype == etype && !listed(ring, out, found, i)) {
                out[found++] = i;
            }
        }
    }
    return found;
}

/* The account that has this name in the key table; the number of keys when there is none. */
static size_t account_named(const asa_keyring_t *ring, const char *name)
{
    for (size_t i = 0; name != NULL && i < ring->count; i++) {
        if (strcasecmp(ring->keys[i].principal, name) == 0) {
            return ring->account[i];
        }
    }
    return ring->count;
}

static bool any_shared(const asa_keyring_t *ring)
{
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->slot[i] != ASA_KEY_OWN) {
            return true;
        }
    }
    return false;
}

asa_reason_t asa_keyring_explain(const asa_keyring_t *ring, const char *spn, int32_t etype,
                                 bool kvno_known, uint32_t kvno)
{
    size_t named = account_named(ring, spn);
    bool shared_only = named == ring->count && any_shared(ring);
    bool have_etype = false, have_kvno = false, newer = false;

    for (size_t i = 0; i < ring->count; i++) {
        uint32_t held = plain_kvno(ring->keys[i].kvno);
        if (named < ring->count ? ring->account[i] != named
                                : shared_only && ring->slot[i] == ASA_KEY_OWN) {
            continue;
        }
        have_etype = have_etype || ring->keys[i].etype == etype;
        have_kvno = have_kvno || held == plain_kvno(kvno);
        newer = newer || (ring->rank[i] == 0 && plain_kvno(kvno) > held);
    }
    if (!have_etype) {
        return ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED;
    }
    return kvno_known && newer && !have_kvno ? ASA_REASON_KEY_VERSION_MISSING
                                             : ASA_REASON_KEY_MISMATCH;
}

static const char *join(apr_pool_t *pool, const apr_array_header_t *list)
{
    const char *text = "";

    for (int i = 0; i < list->nelts; i++) {
        text =
            apr_pstrcat(pool, text, i == 0 ? "" : ", ", APR_ARRAY_IDX(list, i, const char *), NULL);
    }
    return text;
}

/* Distinct kvnos of an account, highest first. */
static const char *kvnos_of(apr_pool_t *pool, const asa_keyring_t *ring, size_t account)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(char *));
    uint64_t below = UINT64_MAX;

    for (;;) {
        uint32_t next = 0;
        bool found = false;
        for (size_t i = 0; i < ring->count; i++) {
            uint32_t kvno = ring->keys[i].kvno;
            if (ring->account[i] == account && kvno < below && kvno >= next) {
                next = kvno;
                found = true;
            }
        }
        if (!found || list->nelts == SHOWN_MAX) {
            return apr_pstrcat(pool, join(pool, list), found ? ", and older" : "", NULL);
        }
        APR_ARRAY_PUSH(list, const char *) = apr_psprintf(pool, "%u", next);
        below = next;
    }
}

static bool etype_before(const asa_keyring_t *ring, size_t index)
{
    for (size_t i = ring->account[index]; i < index; i++) {
        if (ring->account[i] == ring->account[index] &&
            ring->keys[i].etype == ring->keys[index].etype) {
            return true;
        }
    }
    return false;
}

static const char *etypes_of(apr_pool_t *pool, const asa_keyring_t *ring, size_t account)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(char *));

    for (size_t i = account; i < ring->count; i++) {
        if (ring->account[i] == account && !etype_before(ring, i)) {
            APR_ARRAY_PUSH(list, const char *) = asa_token_etype_name(pool, ring->keys[i].etype);
        }
    }
    return join(pool, list);
}

const char *asa_keyring_held(apr_pool_t *pool, const asa_keyring_t *ring)
{
    const char *text = "";
    unsigned shown = 0;

    for (size_t i = 0; i < ring->count; i++) {
        if (ring->account[i] == i) {
            if (shown++ == SHOWN_MAX) {
                return apr_pstrcat(pool, text, "; and others", NULL);
            }
            text = apr_pstrcat(pool, text, *text == '\0' ? "" : "; ",
                               asa_keyring_account_name(ring, i), " kvno ", kvnos_of(pool, ring, i),
                               " (", etypes_of(pool, ring, i), ")", NULL);
        }
    }
    return *text == '\0' ? "no key" : text;
}
