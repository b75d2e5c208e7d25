/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides which keys a node's key table holds after keys of an account arrived or went.
 */
#include "asactl/node_plan.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "core/account_key.h"
#include "core/keyring.h"

/* The keys that are there, and which of them are the account's. */
typedef struct {
    const asactl_node_plan_t *plan;
    const asa_keyring_t *ring;
    bool *account;   /* one for each held key */
    uint32_t latest; /* highest kvno of the account; 0: none is held */
    bool others;     /* a shared account that is not ours has keys here */
} view_t;

static bool named(const asactl_node_plan_t *plan, const asa_key_t *key)
{
    return asactl_node_report_is_account(key->principal, plan->account) &&
           strcmp(key->realm, plan->realm) == 0;
}

static bool same_key(const asa_key_t *a, const asa_key_t *b)
{
    return a->etype == b->etype && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void look(apr_pool_t *pool, const asactl_node_plan_t *plan, view_t *view)
{
    size_t count = plan->held.count;

    *view = (view_t){.plan = plan};
    view->ring = asa_keyring_make(pool, &plan->held, plan->node_names, plan->node_name_count);
    view->account = apr_pcalloc(pool, (count + 1) * sizeof *view->account);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count && !view->account[i]; j++) {
            view->account[i] =
                named(plan, &plan->held.keys[j]) &&
                asa_keyring_account(view->ring, i) == asa_keyring_account(view->ring, j);
        }
        if (view->account[i] && plan->held.keys[i].kvno > view->latest) {
            view->latest = plan->held.keys[i].kvno;
        }
        if (!view->account[i] && asa_keyring_slot(view->ring, i) != ASA_KEY_OWN) {
            view->others = true;
        }
    }
}

/* --- what is refused --- */

static bool judge_arriving(apr_pool_t *pool, const asactl_node_plan_t *plan,
                           asactl_outcome_t *outcome)
{
    if (plan->arriving.count == 0 && plan->unused_count == 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "no key arrived");
    }
    for (size_t i = 0; i < plan->arriving.count; i++) {
        const asa_key_t *key = &plan->arriving.keys[i];
        if (!named(plan, key)) {
            return asactl_outcome_fail(
                outcome, ASACTL_REFUSED_TO_ACT,
                "Name the account that the keys belong to with --account and --realm.", pool,
                "a key arrived that belongs to %s@%s, not to %s@%s", key->principal, key->realm,
                plan->account, plan->realm);
        }
    }
    return true;
}

static bool judge_held(apr_pool_t *pool, const view_t *view, uint32_t arriving,
                       asactl_outcome_t *outcome)
{
    if (view->plan->force) {
        return true;
    }
    if (view->others && view->latest == 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_CONFLICT,
            "If both are wanted, --force adds the new keys and leaves the others as they are.",
            pool, "the key table serves another account: %s", asa_keyring_held(pool, view->ring));
    }
    if (arriving < view->latest && !view->plan->settled && view->plan->unused_count == 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_REFUSED_TO_ACT,
            "If the account was made anew, --force replaces the newer keys.", pool,
            "older keys arrived (kvno %u) than the node holds (kvno %u)", arriving, view->latest);
    }
    return true;
}

/* --- what stays, what comes --- */

static uint32_t highest(const asa_keys_t *keys)
{
    uint32_t kvno = 0;

    for (size_t i = 0; i < keys->count; i++) {
        kvno = keys->keys[i].kvno > kvno ? keys->keys[i].kvno : kvno;
    }
    return kvno;
}

static bool arrived(const asactl_node_plan_t *plan, const asa_key_t *key)
{
    for (size_t i = 0; i < plan->arriving.count; i++) {
        if (plan->arriving.keys[i].kvno == key->kvno && same_key(&plan->arriving.keys[i], key)) {
            return true;
        }
    }
    return false;
}

static bool is_unused(apr_pool_t *pool, const asactl_node_plan_t *plan, const asa_key_t *key)
{
    for (size_t i = 0; i < plan->unused_count; i++) {
        if (plan->unused[i].kvno == key->kvno &&
            strcmp(plan->unused[i].id, asa_account_key_id(pool, key)) == 0) {
            return true;
        }
    }
    return false;
}

/* Does a key of the account stay, as far as the request says? */
static bool outlives(apr_pool_t *pool, const view_t *view, const asa_key_t *key, uint32_t newest)
{
    if (arrived(view->plan, key)) {
        return true;
    }
    if (view->plan->unused_count > 0) {
        return !is_unused(pool, view->plan, key);
    }
    /* A higher kvno: what arrives is older, which is forced or settled, or judge_held had refused.
     */
    return key->kvno < newest || (key->kvno == newest && !view->plan->settled);
}

static void push(apr_array_header_t *list, const asa_key_t *key)
{
    APR_ARRAY_PUSH(list, asa_key_t) = *key;
}

static bool listed(const apr_array_header_t *list, const asa_key_t *key, const char *name)
{
    for (int i = 0; i < list->nelts; i++) {
        const asa_key_t *other = &APR_ARRAY_IDX(list, i, asa_key_t);
        if (strcasecmp(other->principal, name) == 0 && strcmp(other->realm, key->realm) == 0 &&
            other->kvno == key->kvno && same_key(other, key)) {
            return true;
        }
    }
    return false;
}

/* An arriving key under one of the account's names, unless it is there. */
static void add(apr_array_header_t *list, const view_t *view, const asa_key_t *key,
                const asa_key_t *name)
{
    asa_key_t copy = *key;

    copy.principal = name->principal;
    copy.name_type = name->name_type;
    copy.timestamp = view->plan->now;
    if (!listed(list, &copy, copy.principal)) {
        push(list, &copy);
    }
}

static void add_arriving(apr_array_header_t *list, const view_t *view)
{
    const asactl_node_plan_t *plan = view->plan;

    for (size_t i = 0; i < plan->arriving.count; i++) {
        const asa_key_t *key = &plan->arriving.keys[i];
        add(list, view, key, key);
        for (size_t j = 0; j < plan->held.count; j++) {
            if (view->account[j] && !named(plan, &plan->held.keys[j])) {
                add(list, view, key, &plan->held.keys[j]);
            }
        }
    }
}

/* --- which old keys go --- */

static bool is_account(const view_t *view, const asa_key_t *key)
{
    for (size_t i = 0; i < view->plan->held.count; i++) {
        if (view->account[i] && strcmp(view->plan->held.keys[i].principal, key->principal) == 0 &&
            strcmp(view->plan->held.keys[i].realm, key->realm) == 0) {
            return true;
        }
    }
    return named(view->plan, key);
}

/* The lowest kvno of the account above this one and when its first key came; 0: none. */
static uint32_t successor(const view_t *view, const apr_array_header_t *list, uint32_t kvno,
                          uint32_t *since)
{
    uint32_t next = 0;

    *since = 0;
    for (int i = 0; i < list->nelts; i++) {
        const asa_key_t *key = &APR_ARRAY_IDX(list, i, asa_key_t);
        if (!is_account(view, key) || key->kvno <= kvno) {
            continue;
        }
        if (next == 0 || key->kvno < next) {
            next = key->kvno;
            *since = key->timestamp;
        } else if (key->kvno == next && key->timestamp > *since) {
            *since = key->timestamp;
        }
    }
    return next;
}

/* Older than Previous, and whatever was sealed with it has expired. */
static bool is_dead(const view_t *view, const apr_array_header_t *list, const asa_key_t *key)
{
    uint32_t life =
        view->plan->ticket_life != 0 ? view->plan->ticket_life : ASACTL_NODE_PLAN_TICKET_LIFE;
    uint32_t since, ignored;
    uint32_t next = successor(view, list, key->kvno, &since);

    if (next == 0 || successor(view, list, next, &ignored) == 0) {
        return false;
    }
    return view->plan->now > since && view->plan->now - since > life;
}

static void prune(apr_pool_t *pool, const view_t *view, const apr_array_header_t *list,
                  asa_keys_t *out)
{
    asa_key_t *keys = apr_palloc(pool, ((size_t)list->nelts + 1) * sizeof *keys);

    *out = (asa_keys_t){keys, 0};
    for (int i = 0; i < list->nelts; i++) {
        const asa_key_t *key = &APR_ARRAY_IDX(list, i, asa_key_t);
        if (!is_account(view, key) || !is_dead(view, list, key)) {
            keys[out->count++] = *key;
        }
    }
}

static bool differ(const asa_keys_t *a, const asa_keys_t *b)
{
    if (a->count != b->count) {
        return true;
    }
    for (size_t i = 0; i < a->count; i++) {
        const asa_key_t *x = &a->keys[i], *y = &b->keys[i];
        if (x->kvno != y->kvno || x->timestamp != y->timestamp || !same_key(x, y) ||
            strcmp(x->principal, y->principal) != 0 || strcmp(x->realm, y->realm) != 0) {
            return true;
        }
    }
    return false;
}

bool asactl_node_plan_install(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out,
                              bool *changed, asactl_outcome_t *outcome)
{
    apr_array_header_t *list = apr_array_make(pool, (int)plan->held.count + 8, sizeof(asa_key_t));
    uint32_t newest = highest(&plan->arriving);
    view_t view;

    look(pool, plan, &view);
    if (!judge_arriving(pool, plan, outcome) || !judge_held(pool, &view, newest, outcome)) {
        return false;
    }
    for (size_t i = 0; i < plan->held.count; i++) {
        if (!view.account[i] || outlives(pool, &view, &plan->held.keys[i], newest)) {
            push(list, &plan->held.keys[i]);
        }
    }
    add_arriving(list, &view);
    prune(pool, &view, list, out);
    *changed = differ(&plan->held, out);
    *outcome = (asactl_outcome_t){0};
    return true;
}

static void select_keys(apr_pool_t *pool, const view_t *view, bool account, asa_keys_t *out)
{
    asa_key_t *keys = apr_palloc(pool, (view->plan->held.count + 1) * sizeof *keys);

    *out = (asa_keys_t){keys, 0};
    for (size_t i = 0; i < view->plan->held.count; i++) {
        const asa_key_t *key = &view->plan->held.keys[i];
        if (account ? named(view->plan, key) : !view->account[i]) {
            keys[out->count++] = *key;
        }
    }
}

bool asactl_node_plan_remove(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out,
                             bool *changed, asactl_outcome_t *outcome)
{
    view_t view;

    look(pool, plan, &view);
    select_keys(pool, &view, false, out);
    *changed = out->count != plan->held.count;
    *outcome = (asactl_outcome_t){0};
    return true;
}

void asactl_node_plan_export(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out)
{
    view_t view;

    look(pool, plan, &view);
    select_keys(pool, &view, true, out);
}
