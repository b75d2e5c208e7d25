/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges names and accounts.
 */
#include "asactl/account_plan.h"

#include <string.h>

#include <apr_strings.h>

#include "core/time_text.h"

#define COMPUTER_MOST 16 /* a NetBIOS name and '$' */
#define USER_MOST     20
#define OLD_DAYS      180
/* Windows Server 2008, the first that makes AES keys, came in February 2008. */
#define FIRST_AES (INT64_C(1204070400) * APR_USEC_PER_SEC)

bool asactl_account_plan_name(apr_pool_t *pool, const char *name, bool user, const char **out,
                              asactl_outcome_t *outcome)
{
    size_t len = strlen(name), most = user ? USER_MOST : COMPUTER_MOST;
    bool marked = len > 0 && name[len - 1] == '$';
    const char *sam = user || marked ? name : apr_pstrcat(pool, name, "$", NULL);

    if (len == 0 || strcmp(sam, "$") == 0) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, pool, "the account needs a name");
    }
    if (user && marked) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "leave out the $, or --user", pool,
                                   "'%s' ends in $, as only computer accounts do", name);
    }
    for (const char *c = sam; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("\"/\\[]:;|=,+*?<>@", *c) != NULL) {
            return asactl_outcome_fail(
                outcome, ASACTL_USAGE, "use letters, digits and hyphens, e.g. EXCH2016ASA", pool,
                "'%s' holds a character that no account name may hold", name);
        }
    }
    if (strlen(sam) > most) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "choose a shorter one", pool,
                                   "'%s' has more than %d characters", name,
                                   (int)(user ? most : most - 1));
    }
    *out = sam;
    return true;
}

bool asactl_account_plan_enctypes(apr_pool_t *pool, const char *text, uint32_t *out,
                                  asactl_outcome_t *outcome)
{
    if (text == NULL || strcmp(text, "24") == 0) {
        *out = ASACTL_ENCTYPES_AES;
    } else if (strcmp(text, "28") == 0) {
        *out = ASACTL_ENCTYPES_AES | ASACTL_ENCTYPES_RC4;
    } else {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "24 is AES256 and AES128; 28 allows RC4 too", pool,
                                   "--enctypes is 24 or 28, not '%s'", text);
    }
    return true;
}

const char *asactl_account_plan_enctype_names(apr_pool_t *pool, uint32_t enctypes)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {{0x10, "AES256"}, {0x08, "AES128"}, {0x04, "RC4"}, {0x03, "DES"}};
    const char *text = "";

    if (enctypes == 0) {
        return "not set";
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((enctypes & names[i].bit) != 0) {
            text = apr_pstrcat(pool, text, *text == '\0' ? "" : ", ", names[i].name, NULL);
        }
    }
    return *text == '\0' ? "none that is known" : text;
}

static void find(apr_array_header_t *findings, const char *sentence, const char *remedy)
{
    APR_ARRAY_PUSH(findings, asactl_finding_t) =
        (asactl_finding_t){.sentence = sentence, .remedy = remedy};
}

static void judge_enctypes(const asactl_account_t *account, apr_array_header_t *findings)
{
    static const char remedy[] =
        "set msDS-SupportedEncryptionTypes to 24, then set a new password: asactl roll";

    if (account->enctypes == 0) {
        find(findings,
             "its encryption types are not set: its tickets may be sealed with RC4, and a password "
             "that is older than the domain's AES has no AES keys",
             remedy);
    } else if ((account->enctypes & ASACTL_ENCTYPES_AES) == 0) {
        find(findings, "its encryption types leave out AES", remedy);
    } else if ((account->enctypes & ASACTL_ENCTYPES_RC4) != 0) {
        find(findings, "its encryption types allow RC4, which is on its way out",
             "set msDS-SupportedEncryptionTypes to 24");
    }
}

static void judge_password(apr_pool_t *pool, const asactl_account_t *account, apr_time_t now,
                           apr_array_header_t *findings)
{
    int64_t days = (now - account->password_set) / ASA_TIME_DAY;

    if (account->password_set == 0) {
        find(findings, "its password was never set, or must be changed before it is used",
             "set one: asactl roll");
    } else if (account->password_set < FIRST_AES) {
        find(findings, "its password is older than AES in Active Directory: it has no AES keys",
             "set a new one: asactl roll");
    } else if (days >= OLD_DAYS) {
        find(findings, apr_psprintf(pool, "its password is %d days old", (int)days),
             "set a new one: asactl roll");
    }
    if (account->password_expired) {
        find(findings, "its password has expired", "set a new one: asactl roll");
    }
}

apr_array_header_t *asactl_account_plan_findings(apr_pool_t *pool, const asactl_account_t *account,
                                                 apr_time_t now)
{
    apr_array_header_t *findings = apr_array_make(pool, 4, sizeof(asactl_finding_t));

    if (account->disabled) {
        find(findings, "it is disabled: clients get no tickets for its names",
             "enable it in Active Directory, or take another account");
    }
    judge_password(pool, account, now, findings);
    judge_enctypes(account, findings);
    if (account->spns == NULL || account->spns->nelts == 0) {
        find(findings, "it holds no service principal name: no client asks for a ticket for it",
             "asactl spn add, once the nodes hold its keys");
    }
    return findings;
}
