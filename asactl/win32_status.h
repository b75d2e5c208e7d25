/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the sc-win32-status values that IIS writes when a sign-in fails, and what to do.
 *
 * Source of the values: winerror.h of Windows.  Pure, any thread; constants.
 */
#ifndef ASACTL_WIN32_STATUS_H
#define ASACTL_WIN32_STATUS_H

#include <stdint.h>

#define ASACTL_WIN32_NO_CREDENTIALS 2148074254LL

/* "SEC_E_NO_CREDENTIALS"; NULL: not in the table. */
const char *asactl_win32_status_name(int64_t status);

/* What it means and what to do, in whole sentences; NULL: not in the table. */
const char *asactl_win32_status_meaning(int64_t status);

#endif
