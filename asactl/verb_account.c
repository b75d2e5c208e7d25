/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes, shows, disables and deletes an alternate service account.
 */
#include "asactl/verb_account.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/account_plan.h"
#include "asactl/directory.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/password.h"
#include "asactl/verb_words.h"
#include "core/time_text.h"

static const char *time_text(apr_pool_t *pool, apr_time_t time)
{
    return time == 0 ? NULL : asa_time_text_iso(pool, time);
}

/* --- show --- */

static json_t *findings_json(apr_pool_t *pool, const apr_array_header_t *findings)
{
    json_t *list = json_array();

    for (int i = 0; i < findings->nelts; i++) {
        const asactl_finding_t *finding = &APR_ARRAY_IDX(findings, i, asactl_finding_t);

        json_array_append_new(list,
                              json_pack("{s:o, s:o}", "sentence",
                                        asactl_verb_words_json(pool, finding->sentence), "remedy",
                                        asactl_verb_words_json(pool, finding->remedy)));
    }
    return list;
}

static json_t *account_json(const asactl_run_t *run, const asactl_account_t *account,
                            const apr_array_header_t *findings)
{
    apr_pool_t *pool = run->pool;

    return json_pack(
        "{s:o, s:o, s:o, s:s, s:b, s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "account",
        asactl_verb_words_json(pool, account->sam), "domain",
        asactl_verb_words_json(pool, account->netbios_domain), "dn",
        asactl_verb_words_json(pool, account->dn), "kind", account->computer ? "computer" : "user",
        "disabled", account->disabled, "expired", account->password_expired, "kvno",
        (json_int_t)account->kvno, "enctypes", (json_int_t)account->enctypes, "password_set",
        asactl_verb_words_json(pool, time_text(pool, account->password_set)), "created",
        asactl_verb_words_json(pool, time_text(pool, account->created)), "description",
        asactl_verb_words_json(pool, account->description), "spns",
        asactl_verb_words_list_json(pool, account->spns), "findings", findings_json(pool, findings),
        "server", asactl_verb_words_json(pool, asactl_directory_server(run->directory)));
}

static void line(apr_pool_t *pool, const char *title, const char *text)
{
    asactl_out_line("%-13s %s", title, asactl_out_safe(pool, text));
}

static void show_text(const asactl_run_t *run, const asactl_account_t *account,
                      const apr_array_header_t *findings)
{
    apr_pool_t *pool = run->pool;
    const char *set = time_text(pool, account->password_set);

    line(pool, "account", apr_pstrcat(pool, account->netbios_domain, "\\", account->sam, NULL));
    line(pool, "dn", account->dn);
    line(pool, "kind", account->computer ? "computer account" : "user account");
    line(pool, "state", account->disabled ? "disabled" : "enabled");
    line(pool, "description", *account->description == '\0' ? "none" : account->description);
    line(pool, "created", time_text(pool, account->created));
    line(pool, "password set",
         apr_psprintf(pool, "%s, key version %u%s", set == NULL ? "never" : set, account->kvno,
                      account->password_expired ? ", expired" : ""));
    line(pool, "enctypes",
         apr_psprintf(pool, "%u (%s)", account->enctypes,
                      asactl_account_plan_enctype_names(pool, account->enctypes)));
    for (int i = 0; i < account->spns->nelts; i++) {
        line(pool, i == 0 ? "names" : "", APR_ARRAY_IDX(account->spns, i, const char *));
    }
    if (account->spns->nelts == 0) {
        line(pool, "names", "none");
    }
    line(pool, "asked", asactl_directory_server(run->directory));
    for (int i = 0; i < findings->nelts; i++) {
        const asactl_finding_t *finding = &APR_ARRAY_IDX(findings, i, asactl_finding_t);

        asactl_out_line("note: %s", finding->sentence);
        asactl_out_line("  %s", finding->remedy);
    }
}

static bool find_named(const asactl_run_t *run, asactl_account_t *account,
                       asactl_outcome_t *outcome)
{
    const char *name;

    return asactl_verb_words_account(run, &name, outcome) &&
           asactl_directory_find(run->directory, run->pool, name, account, outcome);
}

asactl_exit_code_t asactl_verb_account_show(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;
    apr_array_header_t *findings;

    if (!find_named(run, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    findings = asactl_account_plan_findings(run->pool, &account, apr_time_now());
    show_text(run, &account, findings);
    asactl_out_json(account_json(run, &account, findings));
    return ASACTL_OK;
}

/* --- create --- */

static bool plan_create(const asactl_run_t *run, asactl_new_account_t *plan,
                        asactl_outcome_t *outcome)
{
    const char *name;

    plan->user = apr_table_get(run->options, "user") != NULL;
    plan->ou = asactl_options_last(run->options, "ou");
    plan->description = asactl_options_last(run->options, "description");
    return asactl_verb_words_account(run, &name, outcome) &&
           asactl_account_plan_name(run->pool, name, plan->user, &plan->sam, outcome) &&
           asactl_account_plan_enctypes(run->pool, asactl_options_last(run->options, "enctypes"),
                                        &plan->enctypes, outcome);
}

/* True if there is no account of this name. */
static bool check_absent(const asactl_run_t *run, const char *sam, asactl_outcome_t *outcome)
{
    asactl_account_t account;

    if (!asactl_directory_find(run->directory, run->pool, sam, &account, outcome)) {
        return outcome->code == ASACTL_NOT_FOUND;
    }
    /* A user account may be named as a computer's without its '$'. */
    if (strcasecmp(account.sam, sam) != 0) {
        return true;
    }
    return asactl_outcome_fail(outcome, ASACTL_CONFLICT,
                               apr_psprintf(run->pool,
                                            "asactl account show '%s' shows it; asactl "
                                            "roll gives it a new password",
                                            account.sam),
                               run->pool, "the account %s exists already%s (%s)", account.sam,
                               account.disabled ? ", and is disabled" : "", account.dn);
}

static void show_plan(const asactl_run_t *run, const char *verb, const char *sam, const char *text)
{
    asactl_out_line("would %s", text);
    asactl_out_json(json_pack("{s:s, s:b, s:o, s:o}", "verb", verb, "dry_run", 1, "account",
                              asactl_verb_words_json(run->pool, sam), "plan",
                              asactl_verb_words_json(run->pool, text)));
}

static asactl_exit_code_t report_change(const asactl_run_t *run, const char *verb, const char *done,
                                        const asactl_account_t *account)
{
    asactl_out_line("%s %s (%s)", done, asactl_out_safe(run->pool, account->sam),
                    asactl_out_safe(run->pool, account->dn));
    asactl_out_json(
        json_pack("{s:s, s:b, s:o, s:o, s:o}", "verb", verb, "dry_run", 0, "account",
                  asactl_verb_words_json(run->pool, account->sam), "dn",
                  asactl_verb_words_json(run->pool, account->dn), "server",
                  asactl_verb_words_json(run->pool, asactl_directory_server(run->directory))));
    return ASACTL_OK;
}

asactl_exit_code_t asactl_verb_account_create(const asactl_run_t *run)
{
    asactl_new_account_t plan = {0};
    asactl_outcome_t outcome = {0};
    asactl_account_t account;
    const asactl_password_t *password;

    if (!plan_create(run, &plan, &outcome) || !check_absent(run, plan.sam, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    if ((plan.enctypes & ASACTL_ENCTYPES_RC4) != 0) {
        asactl_out_warning("28 allows RC4, which domain controllers are about to refuse: 24 is the "
                           "safe choice");
    }
    if (run->settings->dry_run) {
        show_plan(run, "account create", plan.sam,
                  apr_psprintf(run->pool,
                               "create the %s account %s in %s, encryption types %u, with a random "
                               "password",
                               plan.user ? "user" : "computer", plan.sam,
                               plan.ou == NULL ? "the default container" : plan.ou, plan.enctypes));
        return ASACTL_OK;
    }
    if (!asactl_password_random(run->pool, &password, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    plan.password = password->utf16;
    plan.password_len = password->utf16_len;
    if (!asactl_directory_create(run->directory, run->pool, &plan, &outcome) ||
        !asactl_directory_find(run->directory, run->pool, plan.sam, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    report_change(run, "account create", "created", &account);
    if (plan.user) {
        asactl_out_line("next: asactl spn add '%s' 'asactl/%s' --force gives it a name that no "
                        "client asks for, without which there is no ticket for a user account",
                        asactl_out_safe(run->pool, account.sam),
                        asactl_out_safe(run->pool, account.sam));
    }
    asactl_out_line("%s asactl roll gives its keys to the nodes; then asactl spn add",
                    plan.user ? "then:" : "next:");
    return ASACTL_OK;
}

/* --- disable, delete --- */

asactl_exit_code_t asactl_verb_account_disable(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;

    if (!find_named(run, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    if (account.disabled && !run->settings->dry_run) {
        return report_change(run, "account disable", "disabled already:", &account);
    }
    if (run->settings->dry_run) {
        show_plan(run, "account disable", account.sam,
                  apr_psprintf(run->pool,
                               account.disabled
                                   ? "change nothing: %s is disabled already"
                                   : "disable %s; clients then get no tickets for its %d names",
                               account.sam, account.spns->nelts));
        return ASACTL_OK;
    }
    if (!asactl_verb_words_agreed(
            run,
            apr_psprintf(run->pool, "Disable %s? Clients then get no tickets for its %d names.",
                         asactl_out_safe(run->pool, account.sam), account.spns->nelts),
            &outcome) ||
        !asactl_directory_disable(run->directory, run->pool, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    return report_change(run, "account disable", "disabled", &account);
}

/* An account that holds names is in use, as far as anybody can tell. */
static bool check_unused(const asactl_run_t *run, const asactl_account_t *account,
                         asactl_outcome_t *outcome)
{
    if (account->spns->nelts == 0 || run->settings->force) {
        return true;
    }
    return asactl_outcome_fail(
        outcome, ASACTL_REFUSED_TO_ACT,
        apr_psprintf(run->pool,
                     "asactl spn remove '%s' NAME… first; --force deletes it with its names, and "
                     "clients of all of them fall back to NTLM or fail",
                     account->sam),
        run->pool, "%s holds %d service principal names (%s%s): clients sign in with them",
        account->sam, account->spns->nelts, APR_ARRAY_IDX(account->spns, 0, const char *),
        account->spns->nelts > 1 ? ", …" : "");
}

asactl_exit_code_t asactl_verb_account_delete(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;

    if (!find_named(run, &account, &outcome) || !check_unused(run, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    if (run->settings->dry_run) {
        show_plan(run, "account delete", account.sam,
                  apr_psprintf(run->pool, "delete %s (%s) with %d names", account.sam, account.dn,
                               account.spns->nelts));
        return ASACTL_OK;
    }
    if (!asactl_verb_words_agreed(
            run,
            apr_psprintf(run->pool, "Delete %s? Its keys and %d names go for good.",
                         asactl_out_safe(run->pool, account.sam), account.spns->nelts),
            &outcome) ||
        !asactl_directory_delete(run->directory, run->pool, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    return report_change(run, "account delete", "deleted", &account);
}
