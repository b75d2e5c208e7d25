/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of libldap that is wiped when it is given back: requests carry passwords.
 */
#ifndef ASACTL_LDAP_MEMORY_H
#define ASACTL_LDAP_MEMORY_H

/* Takes effect only before the process first uses libldap; later calls change nothing. */
void asactl_ldap_memory_wipe(void);

#endif
