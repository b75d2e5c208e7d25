/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects findings.
 */
#include "asactl/doctor_findings.h"

#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

const char *asactl_doctor_level_name(asactl_doctor_level_t level)
{
    static const char *const names[ASACTL_DOCTOR_LEVELS] = {"ok", "warn", "FAIL", "?"};

    return names[level];
}

void asactl_doctor_list_begin(apr_pool_t *pool, asactl_doctor_list_t *out)
{
    *out = (asactl_doctor_list_t){
        .pool = pool, .findings = apr_array_make(pool, 64, sizeof(asactl_doctor_finding_t))};
}

void asactl_doctor_list_check(asactl_doctor_list_t *list, const char *check, const char *remedy)
{
    list->check = check;
    list->remedy = remedy;
    list->begun = list->findings->nelts;
}

int asactl_doctor_list_said(const asactl_doctor_list_t *list)
{
    return list->findings->nelts - list->begun;
}

bool asactl_doctor_list_has(const asactl_doctor_list_t *list, const char *subject, const char *text)
{
    for (int i = list->begun; i < list->findings->nelts; i++) {
        const asactl_doctor_finding_t *one =
            &APR_ARRAY_IDX(list->findings, i, asactl_doctor_finding_t);

        if (one->subject != NULL && strcmp(one->subject, subject) == 0 &&
            strstr(one->sentence, text) != NULL) {
            return true;
        }
    }
    return false;
}

__attribute__((format(printf, 5, 0))) static void say(asactl_doctor_list_t *list,
                                                      asactl_doctor_level_t level,
                                                      const char *subject, const char *remedy,
                                                      const char *format, va_list arguments)
{
    APR_ARRAY_PUSH(list->findings, asactl_doctor_finding_t) =
        (asactl_doctor_finding_t){.check = list->check,
                                  .level = level,
                                  .subject = subject,
                                  .sentence = apr_pvsprintf(list->pool, format, arguments),
                                  .remedy = remedy};
}

void asactl_doctor_ok(asactl_doctor_list_t *list, const char *format, ...)
{
    va_list arguments;

    if (asactl_doctor_list_said(list) > 0) {
        return;
    }
    va_start(arguments, format);
    say(list, ASACTL_DOCTOR_OK, NULL, NULL, format, arguments);
    va_end(arguments);
}

void asactl_doctor_warn(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                        const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(list, ASACTL_DOCTOR_WARN, subject, remedy != NULL ? remedy : list->remedy, format,
        arguments);
    va_end(arguments);
}

void asactl_doctor_fail(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                        const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(list, ASACTL_DOCTOR_FAIL, subject, remedy != NULL ? remedy : list->remedy, format,
        arguments);
    va_end(arguments);
}

void asactl_doctor_unknown(asactl_doctor_list_t *list, const char *subject, const char *remedy,
                           const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(list, ASACTL_DOCTOR_UNKNOWN, subject, remedy, format, arguments);
    va_end(arguments);
}

void asactl_doctor_looked(asactl_doctor_list_t *list, long looked_at, const char *remedy,
                          const char *why)
{
    if (looked_at == 0 && asactl_doctor_list_said(list) == 0) {
        asactl_doctor_unknown(list, NULL, remedy, "%s", why);
    }
}

int asactl_doctor_list_count(const asactl_doctor_list_t *list, asactl_doctor_level_t level)
{
    const char *last = NULL;
    int count = 0;

    for (int i = 0; i < list->findings->nelts; i++) {
        const asactl_doctor_finding_t *one =
            &APR_ARRAY_IDX(list->findings, i, asactl_doctor_finding_t);

        if (one->level == level && (level != ASACTL_DOCTOR_UNKNOWN || one->check != last)) {
            last = one->check;
            count++;
        }
    }
    return count;
}
