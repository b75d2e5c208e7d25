/* SPDX-License-Identifier: Apache-2.0
 *
 * Exit codes of asactl: documented and stable.
 */
#ifndef ASACTL_EXIT_CODE_H
#define ASACTL_EXIT_CODE_H

typedef enum {
    ASACTL_OK = 0,
    ASACTL_FAILED = 1,        /* tried and not done, or found wrong */
    ASACTL_USAGE = 2,         /* command line or asactl.conf */
    ASACTL_NOT_FOUND = 3,     /* no such account, service principal name or node */
    ASACTL_CONFLICT = 4,      /* exists already, or somebody else holds it */
    ASACTL_DENIED = 5,        /* rights are missing in the directory or on a node */
    ASACTL_UNREACHABLE = 6,   /* a domain controller or node does not answer */
    ASACTL_CREDENTIALS = 7,   /* no ticket, expired password, clock skew, wrong realm */
    ASACTL_REFUSED_TO_ACT = 8 /* it would break something; --force exists */
} asactl_exit_code_t;

#endif
