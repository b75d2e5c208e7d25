/* SPDX-License-Identifier: Apache-2.0
 *
 * What an access list grants to a caller: a security descriptor (MS-DTYP section 2.4.6) against the
 * caller's SIDs, as a domain controller checks it (MS-ADTS section 5.1.3.3).
 *
 * Pure and bounded: the bytes come from the directory and may be anything.  Any thread.
 */
#ifndef ASACTL_ACCESS_RIGHT_H
#define ASACTL_ACCESS_RIGHT_H

#include <stddef.h>
#include <stdint.h>

#include <apr_tables.h>

#define ASACTL_ACCESS_DELETE       0x00010000U /* the object itself */
#define ASACTL_ACCESS_DELETE_CHILD 0x00000002U /* objects of a class below it */

#define ASACTL_ACCESS_CLASS_LEN 16 /* bytes of a schemaIDGUID */

/* schemaIDGUID of the two classes of accounts, in the order of the wire. */
extern const unsigned char asactl_access_computer[ASACTL_ACCESS_CLASS_LEN];
extern const unsigned char asactl_access_user[ASACTL_ACCESS_CLASS_LEN];

typedef enum asactl_access_t {
    ASACTL_ACCESS_UNKNOWN, /* the bytes make no sense, or the answer hangs on more than the SIDs */
    ASACTL_ACCESS_GRANTED,
    ASACTL_ACCESS_REFUSED
} asactl_access_t;

/* right: one bit.  sids: asactl_ldap_value_t, each a SID as the directory writes it (tokenGroups).
 * object_class: of the object that it is about. */
asactl_access_t asactl_access_right(const unsigned char *descriptor, size_t len,
                                    const apr_array_header_t *sids, uint32_t right,
                                    const unsigned char object_class[ASACTL_ACCESS_CLASS_LEN]);

#endif
