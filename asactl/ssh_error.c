/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ssh that did not get to the command has to say, as an outcome.
 */
#include "asactl/ssh.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#define SSH_ITSELF     255 /* exit status of ssh when ssh failed */
#define NOT_FOUND      127 /* exit status of a shell that does not find the command */
#define NOT_EXECUTABLE 126

typedef struct {
    const char *words; /* in ssh's complaint */
    asactl_exit_code_t code;
    const char *what;
    const char *remedy;
} cause_t;

/* OpenSSH's words; the first that fits counts. */
static const cause_t causes[] = {
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", ASACTL_DENIED, "its ssh host key has changed",
     "If the node was set up anew, put its new key into known_hosts; otherwise somebody may be in "
     "between."},
    {"Host key verification failed", ASACTL_DENIED, "its ssh host key is not known",
     "Compare the key with the node's own and put it into known_hosts (ssh-keyscan prints it)."},
    {"Permission denied", ASACTL_DENIED, "ssh does not let us in",
     "Put our public key into the node's authorized_keys, or name the right user in [ssh] of "
     "asactl.conf."},
    {"Too many authentication failures", ASACTL_DENIED, "ssh does not let us in",
     "Name the right key with option = IdentityFile=… and IdentitiesOnly=yes in [ssh]."},
    {"Could not resolve hostname", ASACTL_UNREACHABLE, "no such host",
     "Look at the node's name in asactl.conf, and at DNS."},
    {"Connection refused", ASACTL_UNREACHABLE, "nothing answers at its ssh port",
     "Start sshd there, or name its port in [ssh] of asactl.conf."},
    {"timed out", ASACTL_UNREACHABLE, "does not answer", "Is the node up? Is there a firewall?"},
    {"No route to host", ASACTL_UNREACHABLE, "cannot be reached",
     "Is the node up? Is there a firewall?"},
    {"Network is unreachable", ASACTL_UNREACHABLE, "cannot be reached",
     "Is this machine's network up?"},
    {"Bad configuration option", ASACTL_USAGE, "ssh refuses an option",
     "Look at the options in [ssh] of asactl.conf."},
};

static const char *last_line(apr_pool_t *pool, const char *text)
{
    size_t len = strlen(text);
    const char *begin;

    while (len > 0 && strchr("\r\n \t", text[len - 1]) != NULL) {
        len--;
    }
    text = apr_pstrmemdup(pool, text, len);
    begin = strrchr(text, '\n');
    return begin != NULL ? begin + 1 : text;
}

void asactl_ssh_explain(apr_pool_t *pool, const char *host, int status, const char *complaint,
                        asactl_outcome_t *outcome)
{
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    if (status == NOT_FOUND || status == NOT_EXECUTABLE) {
        asactl_outcome_fail(outcome, ASACTL_FAILED,
                            "Install asactl there, or name the command in [ssh] of asactl.conf.",
                            pool, "%s: asactl is not found there", host);
        return;
    }
    if (status != SSH_ITSELF) {
        return;
    }
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (strstr(complaint, causes[i].words) != NULL) {
            asactl_outcome_fail(outcome, causes[i].code, causes[i].remedy, pool, "%s: %s", host,
                                causes[i].what);
            return;
        }
    }
    asactl_outcome_fail(outcome, ASACTL_UNREACHABLE, "Try ssh to it by hand.", pool,
                        "%s: ssh fails: %s", host, last_line(pool, complaint));
}
