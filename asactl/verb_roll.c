/* SPDX-License-Identifier: Apache-2.0
 *
 * roll: which nodes, which password, the question, the roll.
 */
#include "asactl/verb_roll.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/directory_right.h"
#include "asactl/node_choice.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/roll.h"
#include "asactl/roll_others.h"
#include "asactl/roll_result.h"
#include "asactl/roll_show.h"
#include "asactl/verb_words.h"
#include "core/host_realm.h"
#include "core/time_text.h"

/* Seconds; workers look at their key table four times in one. */
#define PAUSE    5
#define PATIENCE 30
#define WAIT     600
#define WAIT_MAX (24 * 3600)

/* --- which password --- */

static bool read_password(const asactl_run_t *run, const char *file, const asactl_password_t **out,
                          asactl_outcome_t *outcome)
{
    char text[3 * ASACTL_PASSWORD_LIMIT + 3];
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    ssize_t len = fd >= 0 ? read(fd, text, sizeof text) : -1;
    bool done;

    if (len < 0) {
        asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, run->pool, "%s cannot be read: %s", file,
                            strerror(errno));
    }
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0) {
        asactl_out_warning("everybody on this machine can read %s",
                           asactl_out_safe(run->pool, file));
    }
    if (fd >= 0) {
        close(fd);
    }
    if (len < 0) {
        return false;
    }
    len -= len > 0 && text[len - 1] == '\n' ? 1 : 0;
    done = asactl_password_from_text(run->pool, text, (size_t)len, out, outcome);
    explicit_bzero(text, sizeof text);
    return done;
}

/* --- the roll --- */

static bool take_seconds(const asactl_run_t *run, const char *name, unsigned otherwise,
                         apr_time_t *out, asactl_outcome_t *outcome)
{
    const char *text = asactl_options_last(run->options, name);
    unsigned seconds = otherwise;

    if (text != NULL &&
        !asactl_options_number(run->pool, name, text, "seconds", 0, WAIT_MAX, &seconds, outcome)) {
        return false;
    }
    *out = apr_time_from_sec(seconds);
    return true;
}

static bool prepare(const asactl_run_t *run, asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const char *file = asactl_options_last(run->options, "password-file");

    *roll =
        (asactl_roll_t){.pool = run->pool,
                        .settings = run->settings,
                        .realm = run->settings->realm != NULL ? run->settings->realm
                                                              : asa_host_realm_default(run->pool)};
    if (run->settings->account == NULL || roll->realm == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name them with --account and --realm, or in asactl.conf.",
                                   run->pool, "the password of which account, of which realm?");
    }
    return asactl_node_choice_asked(run, "roll", "to", &roll->nodes, outcome) &&
           asactl_directory_open(run->pool, run->settings, &roll->directory, outcome) &&
           asactl_directory_right_write(roll->directory, run->pool, outcome) &&
           take_seconds(run, "pause", PAUSE, &roll->pause, outcome) &&
           take_seconds(run, "pause", PATIENCE, &roll->patience, outcome) &&
           take_seconds(run, "wait", WAIT, &roll->wait, outcome) &&
           (file == NULL || read_password(run, file, &roll->password, outcome));
}

/* What failed is told before what is now, so that the verdict is the last line. */
static asactl_exit_code_t report(const asactl_roll_t *roll, bool done, asactl_outcome_t *outcome)
{
    if (!done && !asactl_out_is_json()) {
        asactl_out_failure(outcome);
    }
    asactl_roll_show_result(roll, done);
    if (!done && asactl_out_is_json()) {
        asactl_out_failure(outcome);
    }
    if (done && !asactl_roll_end(roll, outcome)) {
        asactl_out_failure(outcome);
    }
    return outcome->code;
}

/* --- unattended --- */

#define DAYS_MAX 3650

/* DAYS of --if-older; -1 without it. */
static bool take_days(const asactl_run_t *run, long *days, asactl_outcome_t *outcome)
{
    const char *text = asactl_options_last(run->options, "if-older");
    unsigned number;

    *days = -1;
    if (text == NULL) {
        return true;
    }
    if (!asactl_options_number(run->pool, "if-older", text, "days", 0, DAYS_MAX, &number,
                               outcome)) {
        return false;
    }
    *days = number;
    return true;
}

/* True, and told, if there is nothing to do before the password is older. */
static bool is_young(const asactl_roll_t *roll, long days)
{
    apr_time_t age = apr_time_now() - roll->account.password_set;

    if (days < 0 || roll->begun.kvno != 0 || roll->account.password_set == 0 ||
        age >= (apr_time_t)days * ASA_TIME_DAY) {
        return false;
    }
    asactl_out_line("The password of %s is %d days old; it is rolled when it is %ld days old.",
                    asactl_out_safe(roll->pool, roll->account.sam), (int)(age / ASA_TIME_DAY),
                    days);
    asactl_out_json(json_pack(
        "{s:o, s:I, s:b, s:b, s:[], s:[]}", "account", asactl_node_report_text(roll->account.sam),
        "kvno", (json_int_t)roll->seen.kvno, "complete", 1, "changed", 0, "controllers", "nodes"));
    return true;
}

static void note_result(const asactl_run_t *run, const asactl_outcome_t *what)
{
    const char *file = asactl_options_last(run->options, "result");
    const asactl_roll_result_t result = {.account = run->settings->account,
                                         .time = apr_time_now(),
                                         .code = what->code,
                                         .sentence =
                                             what->code != ASACTL_OK ? what->sentence : NULL};
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    if (file != NULL && !run->settings->dry_run &&
        !asactl_roll_result_write(run->pool, file, &result, &outcome)) {
        asactl_out_warning("%s", asactl_out_safe(run->pool, outcome.sentence));
    }
}

/* A user account gets tickets under its names only, and a ticket is what shows which key is in use;
 * on the other hand names come after keys. */
static bool has_tickets(const asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const char *sam = roll->account.sam;

    return roll->account.computer || roll->account.spns->nelts > 0 ||
           asactl_outcome_fail(
               outcome, ASACTL_FAILED,
               apr_psprintf(roll->pool,
                            "Give it one that no client asks for, then roll: asactl spn add "
                            "'%s' 'asactl/%s' --force",
                            sam, sam),
               roll->pool,
               "%s is a user account without service principal names: no domain controller gives "
               "a ticket for it, so that nobody could see which key is in use",
               sam);
}

static asactl_exit_code_t perform(const asactl_run_t *run, asactl_outcome_t *outcome)
{
    asactl_roll_step_t first;
    asactl_roll_t roll;
    long days;

    if (!take_days(run, &days, outcome) || !prepare(run, &roll, outcome) ||
        !asactl_roll_begin(&roll, outcome) || !has_tickets(&roll, outcome)) {
        return asactl_verb_words_fail(outcome);
    }
    if (is_young(&roll, days)) {
        return ASACTL_OK;
    }
    first = asactl_roll_first(&roll, outcome);
    if (first == ASACTL_ROLL_REFUSE) {
        return report(&roll, false, outcome);
    }
    if (first == ASACTL_ROLL_MAKE && !asactl_roll_others_agree(&roll, outcome)) {
        return asactl_verb_words_fail(outcome);
    }
    asactl_roll_show_plan(&roll, first);
    if (run->settings->dry_run) {
        if (first == ASACTL_ROLL_MAKE && !asactl_roll_rehearse(&roll, outcome)) {
            return asactl_verb_words_fail(outcome);
        }
        asactl_roll_show_dry_run(&roll);
        return ASACTL_OK;
    }
    if (!asactl_verb_words_agreed(run, "Shall it be done?", outcome)) {
        return asactl_verb_words_fail(outcome);
    }
    return report(&roll, asactl_roll_run(&roll, outcome), outcome);
}

asactl_exit_code_t asactl_verb_roll(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_exit_code_t code = perform(run, &outcome);

    note_result(run, &outcome);
    return code;
}
