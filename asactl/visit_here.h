/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits to the httpd of this machine, and to no other: the far side of asactl verify.
 *
 * A visit goes to a virtual host that httpd itself says it serves, at the address that the settings
 * name, brings the token that it was given, and sends nothing else.  The HttpProxy lines come from
 * the folders that httpd says it writes to.
 */
#ifndef ASACTL_VISIT_HERE_H
#define ASACTL_VISIT_HERE_H

#include "asactl/settings.h"
#include "asactl/visit.h"

/* settings: status (NULL: nobody knows what is served, or where the log is), httpd and ca.  Takes
 * less than a minute, however many there are. */
void asactl_visit_here_do(apr_pool_t *pool, const asactl_settings_t *settings,
                          asactl_visit_t *visits, size_t count);

#endif
