/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the filter's options and asks it.
 */
#include "asactl/log_filter.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/log_class.h"
#include "asactl/log_time.h"
#include "asactl/options.h"
#include "core/time_text.h"

static int push(void *names, const char *name, const char *value)
{
    APR_ARRAY_PUSH((apr_array_header_t *)names, const char *) = value;
    return 1;
}

static const apr_array_header_t *list(apr_pool_t *pool, const apr_table_t *options,
                                      const char *name)
{
    apr_array_header_t *names = apr_array_make(pool, 2, sizeof(const char *));

    apr_table_do(push, names, options, name, NULL);
    return names;
}

static bool read_time(apr_pool_t *pool, const apr_table_t *options, const char *name,
                      apr_time_t now, apr_time_t *out, asactl_outcome_t *outcome)
{
    const char *text = asactl_options_last(options, name);

    *out = 0;
    return text == NULL || asactl_log_time_ask(text, now, out) ||
           asactl_outcome_fail(outcome, ASACTL_USAGE,
                               "Write a time of UTC, 2026-11-26T08:00 as 2026-11-26T08:00:00Z or "
                               "2026-11-26, or how long ago: 30m, 2h, 3d, 1w.",
                               pool, "--%s %s is no time", name, text);
}

bool asactl_log_filter_read(apr_pool_t *pool, const apr_table_t *options, apr_time_t now,
                            asactl_log_filter_t *out, asactl_outcome_t *outcome)
{
    out->no_monitoring = apr_table_get(options, "no-monitoring") != NULL;
    out->protocols = list(pool, options, "protocol");
    out->users = list(pool, options, "user");
    out->clients = list(pool, options, "address");
    if (!read_time(pool, options, "since", now, &out->since, outcome) ||
        !read_time(pool, options, "until", now, &out->until, outcome)) {
        return false;
    }
    if (out->since > now) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE,
            apr_psprintf(pool, "Times are UTC, and it is %s now.", asa_time_text_iso(pool, now)),
            pool, "--since lies in the future");
    }
    return out->since == 0 || out->until == 0 || out->since < out->until ||
           asactl_outcome_fail(outcome, ASACTL_USAGE, "Let --since be the earlier one.", pool,
                               "nothing lies between --since and --until");
}

static bool is_one_of(const apr_array_header_t *names, asactl_log_text_t text)
{
    for (int i = 0; i < names->nelts; i++) {
        if (asactl_log_text_is(text, APR_ARRAY_IDX(names, i, const char *))) {
            return true;
        }
    }
    return names->nelts == 0;
}

static bool passes_user(const asactl_log_filter_t *filter, const asactl_log_record_t *record)
{
    asactl_log_text_t user = record->authenticated ? record->user : (asactl_log_text_t){"", 0};
    const char *slash = user.len > 0 ? memchr(user.at, '\\', user.len) : NULL;

    if (is_one_of(filter->users, user)) {
        return true;
    }
    return slash != NULL &&
           is_one_of(filter->users,
                     (asactl_log_text_t){slash + 1, user.len - (size_t)(slash + 1 - user.at)});
}

bool asactl_log_filter_passes(const asactl_log_filter_t *filter, const asactl_log_record_t *record)
{
    return record->time >= filter->since && (filter->until == 0 || record->time < filter->until) &&
           is_one_of(filter->protocols, record->protocol) &&
           is_one_of(filter->clients, record->client) && passes_user(filter, record) &&
           !(filter->no_monitoring && record->authenticated &&
             asactl_log_class_is_monitoring(record->user));
}
