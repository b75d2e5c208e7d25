/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs one command on many nodes over ssh; the only file that does.
 *
 * No shell on this side; never asks (BatchMode), forwards nothing.  All nodes at the same time,
 * each with its own deadline.
 */
#ifndef ASACTL_SSH_H
#define ASACTL_SSH_H

#include <stddef.h>

#include <apr_time.h>

#include "asactl/outcome.h"
#include "asactl/settings.h"

/* The most that is taken from a node; one that sends more is cut off and fails. */
#define ASACTL_SSH_OUTPUT_MAX (4 * 1024 * 1024)

typedef struct asactl_ssh_job_t {
    const char *host;
    const unsigned char *input; /* the command's stdin */
    size_t input_len;
    /* Filled in: */
    asactl_outcome_t outcome;    /* ASACTL_OK: the command ran, whatever its exit status */
    int status;                  /* its exit status */
    const unsigned char *output; /* its stdout; wiped when the pool is cleared */
    size_t output_len;
    const char *complaint; /* its stderr, the first 8 KiB; hostile */
    apr_time_t began, took;
} asactl_ssh_job_t;

/* command: what the far shell gets, e.g. "asactl node serve". */
void asactl_ssh_run(apr_pool_t *pool, const asactl_settings_t *settings, const char *command,
                    asactl_ssh_job_t *jobs, size_t count);

/* What ssh's exit status 255 with this complaint means; apart for the sake of its test. */
void asactl_ssh_explain(apr_pool_t *pool, const char *host, int status, const char *complaint,
                        asactl_outcome_t *outcome);

#endif
