/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of asactl.conf: read whole, or refused with a sentence; every value that comes out of
 * it is one that the command line would take too.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/setting_value.h"
#include "asactl/settings.h"
#include "t/fuzz/target.h"

static void check_value(const char *(*judge)(const char *), const char *value)
{
    check(value == NULL || judge(value) == NULL);
}

static void check_settings(const asactl_settings_t *settings)
{
    check_value(asactl_setting_value_realm, settings->realm);
    check_value(asactl_setting_value_account, settings->account);
    check_value(asactl_setting_value_host, settings->server);
    check_value(asactl_setting_value_file, settings->ca);
    check_value(asactl_setting_value_file, settings->keytab);
    check_value(asactl_setting_value_user, settings->owner);
    check_value(asactl_setting_value_user, settings->group);
    check_value(asactl_setting_value_user, settings->ssh_user);
    check_value(asactl_setting_value_port, settings->ssh_port);
    check_value(asactl_setting_value_command, settings->ssh_command);
    check((settings->mode & ~(mode_t)0777) == 0);
    for (int i = 0; i < settings->ssh_options->nelts; i++) {
        check_value(asactl_setting_value_ssh_option,
                    APR_ARRAY_IDX(settings->ssh_options, i, const char *));
    }
    for (int i = 0; i < settings->arrays->nelts; i++) {
        const asactl_array_t *array = &APR_ARRAY_IDX(settings->arrays, i, asactl_array_t);

        check(array->name != NULL && array->servers->nelts > 0);
        for (int j = 0; j < array->servers->nelts; j++) {
            check_value(asactl_setting_value_host, APR_ARRAY_IDX(array->servers, j, const char *));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    int fd = memfd_create("asactl.conf", MFD_CLOEXEC);
    asactl_settings_t settings;
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    check(fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, bytes, len) == (ssize_t)len);
    if (asactl_settings_read(pool, apr_psprintf(pool, "/proc/self/fd/%d", fd), &settings,
                             &outcome)) {
        check_settings(&settings);
    } else {
        check(outcome.code == ASACTL_USAGE && outcome.sentence != NULL);
    }
    close(fd);
    apr_pool_destroy(pool);
    return 0;
}
