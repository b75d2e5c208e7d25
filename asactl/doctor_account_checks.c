/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the account, as the domain controller says that is asked first.
 */
#include "asactl/doctor_account_checks.h"

#include <apr_strings.h>

#include "asactl/shell_word.h"
#include "core/time_text.h"

#define SOON          (30 * ASA_TIME_DAY)
#define PASSWORD_SOON (14 * ASA_TIME_DAY)
#define OLD_DAYS      60
#define LATE_DAYS     3 /* a daily run may fail, and be tried again */

void asactl_doctor_check_directory(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    if (facts->directory_unseen != NULL) {
        asactl_doctor_fail(list, facts->directory, facts->directory_remedy, "%s",
                           facts->directory_unseen);
        return;
    }
    asactl_doctor_ok(list, "%s answers", facts->directory);
}

void asactl_doctor_check_present(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    const char *name = facts->settings->account;

    if (!facts->found) {
        asactl_doctor_fail(list, name, NULL, "there is no account %s in the domain of %s", name,
                           facts->directory);
        return;
    }
    asactl_doctor_ok(list, "%s\\%s is there", facts->account.netbios_domain, facts->account.sam);
}

void asactl_doctor_check_enabled(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    const char *word = asactl_shell_word(list->pool, facts->account.sam);

    if (facts->account.disabled) {
        asactl_doctor_fail(list, facts->account.sam,
                           apr_psprintf(list->pool,
                                        "Enable-ADAccount -Identity %s, or samba-tool user "
                                        "enable %s, enables it.",
                                        word, word),
                           "%s is disabled: clients get no tickets for its names",
                           facts->account.sam);
        return;
    }
    asactl_doctor_ok(list, "%s is enabled", facts->account.sam);
}

void asactl_doctor_check_expiry(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    apr_time_t end = facts->account.expires;
    const char *word = asactl_shell_word(list->pool, facts->account.sam);
    const char *date = asa_time_text_day(list->pool, end);
    const char *remedy = apr_psprintf(list->pool,
                                      "Clear-ADAccountExpiration -Identity %s, or samba-tool user "
                                      "setexpiry %s --noexpiry, lets it never expire.",
                                      word, word);

    if (end == 0) {
        asactl_doctor_ok(list, "%s never expires", facts->account.sam);
    } else if (end <= facts->now) {
        asactl_doctor_fail(list, facts->account.sam, remedy,
                           "%s expired on %s: clients get no tickets for its names",
                           facts->account.sam, date);
    } else if (end < facts->now + SOON) {
        asactl_doctor_warn(list, facts->account.sam, remedy, "%s expires on %s", facts->account.sam,
                           date);
    } else {
        asactl_doctor_ok(list, "%s does not expire before %s", facts->account.sam, date);
    }
}

void asactl_doctor_check_password_expiry(const asactl_doctor_facts_t *facts,
                                         asactl_doctor_list_t *list)
{
    apr_time_t end = facts->account.password_expires;
    const char *date = asa_time_text_day(list->pool, end);

    if (facts->account.password_expired || (end != 0 && end <= facts->now)) {
        asactl_doctor_fail(list, facts->account.sam, NULL, "the password of %s has expired",
                           facts->account.sam);
    } else if (end != 0 && end < facts->now + PASSWORD_SOON) {
        asactl_doctor_warn(list, facts->account.sam, NULL, "the password of %s expires on %s",
                           facts->account.sam, date);
    } else if (end != 0) {
        asactl_doctor_ok(list, "the password does not expire before %s", date);
    } else {
        asactl_doctor_ok(list, "the password never expires");
    }
}

void asactl_doctor_check_password_age(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    int days = (int)((facts->now - facts->account.password_set) / ASA_TIME_DAY);
    int most = facts->schedule.file != NULL && facts->schedule.days > 0
                   ? (int)facts->schedule.days + LATE_DAYS
                   : OLD_DAYS;

    if (facts->account.password_set == 0) {
        asactl_doctor_fail(list, facts->account.sam, NULL, "the password of %s was never set",
                           facts->account.sam);
    } else if (days <= most) {
        asactl_doctor_ok(list,
                         days == 1 ? "the password is %d day old" : "the password is %d days old",
                         days < 0 ? 0 : days);
    } else if (most == OLD_DAYS) {
        asactl_doctor_warn(list, facts->account.sam, NULL, "the password is %d days old", days);
    } else {
        asactl_doctor_warn(list, facts->account.sam, NULL,
                           "the password is %d days old, and the schedule is there to roll it "
                           "every %u days",
                           days, facts->schedule.days);
    }
}
