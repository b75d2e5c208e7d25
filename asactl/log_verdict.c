/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges a summary: the verdict, its sentence, and what the logs cannot prove.
 */
#include "asactl/log_summary.h"

#include <apr_strings.h>

#include "asactl/log_name.h"
#include "asactl/log_summary_private.h"

static asactl_log_count_t kerberos(const asactl_log_summary_t *summary)
{
    asactl_log_count_t count = 0;

    for (unsigned i = 0; i < ASACTL_LOG_CLASSES; i++) {
        if (asactl_log_class_is_kerberos((asactl_log_class_t)i, summary->trust_negotiate)) {
            count += summary->counts.of[i];
        }
    }
    return count;
}

static asactl_log_count_t unproven(const asactl_log_summary_t *summary)
{
    return summary->trust_negotiate ? 0 : summary->counts.of[ASACTL_LOG_NEGOTIATE];
}

static asactl_log_count_t bad(const asactl_log_summary_t *summary)
{
    return summary->sources.bad[ASACTL_LOG_BAD_BROKEN].count +
           summary->sources.bad[ASACTL_LOG_BAD_FORGED].count;
}

asactl_log_verdict_t asactl_log_summary_verdict(const asactl_log_summary_t *summary)
{
    asactl_log_count_t signed_in = asactl_log_counts_signed_in(&summary->counts);

    if (signed_in == 0) {
        return ASACTL_LOG_NOBODY;
    }
    if (signed_in > kerberos(summary) + unproven(summary)) {
        return ASACTL_LOG_NOT_ALL;
    }
    if (unproven(summary) > 0) {
        return ASACTL_LOG_UNPROVEN;
    }
    return bad(summary) > 0 || summary->sources.unread.count > 0 ? ASACTL_LOG_UNREADABLE
                                                                 : ASACTL_LOG_ALL_KERBEROS;
}

/* "3 by ntlm, 2 by basic" */
static const char *by_something_else(const asactl_log_summary_t *summary, apr_pool_t *pool)
{
    const char *text = "";

    for (unsigned i = ASACTL_LOG_NTLM; i <= ASACTL_LOG_OTHER; i++) {
        static const char *const words[ASACTL_LOG_CLASSES] = {[ASACTL_LOG_NTLM] = "by NTLM",
                                                              [ASACTL_LOG_BASIC] = "by Basic",
                                                              [ASACTL_LOG_OTHER] =
                                                                  "by another way"};

        if (summary->counts.of[i] > 0) {
            text = apr_psprintf(pool, "%s%s%s %s", text, text[0] != '\0' ? ", " : "",
                                asactl_log_number(pool, summary->counts.of[i]), words[i]);
        }
    }
    return text;
}

static asactl_log_count_t not_kerberos(const asactl_log_counts_t *counts)
{
    return counts->of[ASACTL_LOG_NTLM] + counts->of[ASACTL_LOG_BASIC] +
           counts->of[ASACTL_LOG_OTHER];
}

/* " All of these are Exchange's own monitoring …" */
static const char *of_monitoring(const asactl_log_summary_t *summary, apr_pool_t *pool)
{
    asactl_log_count_t count = not_kerberos(&summary->monitoring);
    bool all = count == not_kerberos(&summary->counts);

    return count == 0 ? ""
                      : apr_psprintf(pool,
                                     " %s of those without Kerberos are Exchange's own monitoring "
                                     "(health mailboxes); --no-monitoring leaves it out.",
                                     all ? "All" : asactl_log_number(pool, count));
}

/* "3 lines are broken or forged, and 1 file or folder could not be read" */
static const char *what_is_missing(const asactl_log_summary_t *summary, apr_pool_t *pool)
{
    asactl_log_count_t lines = bad(summary), files = summary->sources.unread.count;

    return apr_psprintf(
        pool, "%s%s%s",
        lines == 0 ? ""
                   : apr_psprintf(pool, "%s %s broken or forged", asactl_log_number(pool, lines),
                                  lines == 1 ? "line is" : "lines are"),
        lines > 0 && files > 0 ? ", and " : "",
        files == 0 ? ""
                   : apr_psprintf(pool, "%s could not be read",
                                  files == 1 ? "a file or folder"
                                             : apr_pstrcat(pool, asactl_log_number(pool, files),
                                                           " files or folders", NULL)));
}

const char *asactl_log_summary_sentence(const asactl_log_summary_t *summary, apr_pool_t *pool)
{
    const char *all = asactl_log_number(pool, asactl_log_counts_signed_in(&summary->counts));
    const char *also = unproven(summary) == 0
                           ? ""
                           : apr_psprintf(pool, "; %s more say only Negotiate, which may be NTLM",
                                          asactl_log_number(pool, unproven(summary)));

    switch (asactl_log_summary_verdict(summary)) {
    case ASACTL_LOG_ALL_KERBEROS:
        return apr_psprintf(pool, "Every request that was signed in (%s) came by Kerberos.", all);
    case ASACTL_LOG_NOT_ALL:
        return apr_psprintf(pool,
                            "Not everybody is on Kerberos: of %s signed-in requests, %s came "
                            "by Kerberos, %s%s.%s",
                            all, asactl_log_number(pool, kerberos(summary)),
                            by_something_else(summary, pool), also, of_monitoring(summary, pool));
    case ASACTL_LOG_UNPROVEN:
        return apr_psprintf(pool,
                            "It is not proven that everybody is on Kerberos: of %s signed-in "
                            "requests, %s came by Kerberos%s.",
                            all, asactl_log_number(pool, kerberos(summary)), also);
    case ASACTL_LOG_UNREADABLE:
        return apr_psprintf(pool,
                            "All signed-in requests that could be read (%s) came by Kerberos, but "
                            "%s.",
                            all, what_is_missing(summary, pool));
    case ASACTL_LOG_NOBODY:
    default:
        if (summary->sources.counted == 0 && summary->sources.left_out > 0) {
            return apr_psprintf(pool,
                                "The filters left out every request (%s): nothing is proven. Look "
                                "at the names and times that were asked for; times are UTC.",
                                asactl_log_number(pool, summary->sources.left_out));
        }
        return "Nobody signed in: these logs prove nothing.";
    }
}

static bool has_generation(const asactl_log_summary_t *summary, asactl_log_kind_t kind)
{
    for (size_t i = 0; i < summary->sources.generations; i++) {
        if (summary->sources.generation[i].kind == kind) {
            return true;
        }
    }
    return false;
}

const apr_array_header_t *asactl_log_summary_limits(const asactl_log_summary_t *summary,
                                                    apr_pool_t *pool)
{
    apr_array_header_t *limits = apr_array_make(pool, 4, sizeof(const char *));
    const char *trusted = summary->trust_negotiate
                              ? "They are counted as Kerberos because of --trust-negotiate."
                              : "--trust-negotiate counts them as Kerberos, as Microsoft's "
                                "document does.";

    if (summary->exchange_negotiate > 0) {
        APR_ARRAY_PUSH(limits, const char *) = apr_psprintf(
            pool,
            "Exchange writes Negotiate for Kerberos and for NTLM inside Negotiate alike, so %s "
            "sign-ins are not proven by its log. %s The log of mod_asa_auth proves each "
            "(AuthPkg=Kerberos).",
            asactl_log_number(pool, summary->exchange_negotiate), trusted);
    }
    if (summary->iis_users > 0) {
        APR_ARRAY_PUSH(limits, const char *) = apr_psprintf(
            pool,
            "IIS names the user and not the scheme, so %s sign-ins of its log are not proven: "
            "they may be Kerberos, NTLM or Basic. %s",
            asactl_log_number(pool, summary->iis_users), trusted);
    }
    if (summary->iis_inferred > 0) {
        APR_ARRAY_PUSH(limits, const char *) = apr_psprintf(
            pool,
            "%s sign-ins of IIS's log are taken for NTLM, as 401.1 SEC_E_NO_CREDENTIALS of the "
            "same client stood at most 10 seconds before; a Kerberos ticket that the server could "
            "not open looks the same.",
            asactl_log_number(pool, summary->iis_inferred));
    }
    if (has_generation(summary, ASACTL_LOG_IIS) && has_generation(summary, ASACTL_LOG_HTTPPROXY)) {
        APR_ARRAY_PUSH(limits, const char *) =
            "IIS and HttpProxy logs were read together: a request that stands in both is counted "
            "twice.";
    }
    return limits;
}
