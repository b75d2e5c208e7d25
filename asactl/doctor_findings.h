/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks of doctor find: lines with a level, a sentence and a remedy, in the order of the
 * table of checks.
 *
 * Pure; strings live in the pool of the list, those of the arguments are not copied.
 */
#ifndef ASACTL_DOCTOR_FINDINGS_H
#define ASACTL_DOCTOR_FINDINGS_H

#include <stdbool.h>

#include <apr_tables.h>

typedef enum {
    ASACTL_DOCTOR_OK,
    ASACTL_DOCTOR_WARN,
    ASACTL_DOCTOR_FAIL,
    ASACTL_DOCTOR_UNKNOWN, /* it could not be checked */
    ASACTL_DOCTOR_LEVELS
} asactl_doctor_level_t;

/* "ok", "warn", "FAIL", "?" */
const char *asactl_doctor_level_name(asactl_doctor_level_t level);

typedef struct asactl_doctor_finding_t {
    const char *check;
    asactl_doctor_level_t level;
    const char *subject; /* what it is about: an account, a node, a name; NULL: the whole */
    const char *sentence;
    const char *remedy; /* NULL: there is nothing to do */
} asactl_doctor_finding_t;

typedef struct asactl_doctor_list_t {
    apr_pool_t *pool;
    apr_array_header_t *findings; /* asactl_doctor_finding_t */
    const char *check, *remedy;   /* of the check that runs now */
    int begun;                    /* how many there were when it began */
} asactl_doctor_list_t;

void asactl_doctor_list_begin(apr_pool_t *pool, asactl_doctor_list_t *out);

/* Everything that follows is said by this check, with this remedy unless it names another. */
void asactl_doctor_list_check(asactl_doctor_list_t *list, const char *check, const char *remedy);

/* Has the check that runs now said anything? */
int asactl_doctor_list_said(const asactl_doctor_list_t *list);

/* Has the check that runs now said something of this subject that holds this text?  One line for
 * each node is enough, where several of its servers share a configuration. */
bool asactl_doctor_list_has(const asactl_doctor_list_t *list, const char *subject,
                            const char *text);

/* All is well; left out if the check has said anything else. */
void asactl_doctor_ok(asactl_doctor_list_t *list, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Nothing of what the check is about was there to be looked at (looked_at is 0): it could not be
 * checked, unless it has said anything else.  Stands in front of asactl_doctor_ok, which is then
 * left out. */
void asactl_doctor_looked(asactl_doctor_list_t *list, long looked_at, const char *remedy,
                          const char *why);

/* remedy: NULL for that of the check. */
void asactl_doctor_warn(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
void asactl_doctor_fail(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
void asactl_doctor_unknown(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How many lines there are of a level; of what could not be checked, how many checks. */
int asactl_doctor_list_count(const asactl_doctor_list_t *list, asactl_doctor_level_t level);

#endif
