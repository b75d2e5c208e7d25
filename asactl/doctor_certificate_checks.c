/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the certificates that the published names show.
 */
#include "asactl/doctor_name_checks.h"

#include "core/time_text.h"

#define SOON (30 * ASA_TIME_DAY)

static const asactl_doctor_name_t *name_at(const asactl_doctor_facts_t *facts, int i)
{
    return &APR_ARRAY_IDX(facts->names, i, asactl_doctor_name_t);
}

/* What answers on port 443 counts, also if it only stands in front of servers without TLS.  That a
 * name has no address is said elsewhere. */
static bool can_be_reached(const asactl_doctor_name_t *name)
{
    return name->certificate.unseen == NULL ||
           (name->tls && (name->dns.unseen != NULL || name->local));
}

void asactl_doctor_check_certificate(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    int count = 0;

    for (int i = 0; i < facts->names->nelts; i++) {
        const asactl_doctor_name_t *name = name_at(facts, i);

        if (!can_be_reached(name)) {
            continue;
        }
        count++;
        if (name->certificate.skipped) {
            asactl_doctor_unknown(list, name->host, NULL, "%s", name->certificate.unseen);
        } else if (name->certificate.unseen != NULL) {
            asactl_doctor_fail(list, name->host,
                               "See what listens on port 443 of the address that the name has, and "
                               "whether a firewall is in between.",
                               "%s", name->certificate.unseen);
        } else if (name->certificate.defect != NULL) {
            asactl_doctor_fail(list, name->host, NULL,
                               "clients do not take the certificate that %s shows: %s", name->host,
                               name->certificate.defect);
        }
    }
    asactl_doctor_looked(list, count, ASACTL_DOCTOR_NO_CERTIFICATE_REMEDY,
                         ASACTL_DOCTOR_NO_CERTIFICATE);
    asactl_doctor_ok(list, "every published name shows a certificate that clients take (%d)",
                     count);
}

void asactl_doctor_check_certificate_expiry(const asactl_doctor_facts_t *facts,
                                            asactl_doctor_list_t *list)
{
    int count = 0;

    for (int i = 0; i < facts->names->nelts; i++) {
        const asactl_doctor_name_t *name = name_at(facts, i);
        apr_time_t until = name->certificate.until;
        const char *date = asa_time_text_day(list->pool, until);

        if (!can_be_reached(name) || name->certificate.unseen != NULL) {
            continue;
        }
        count++;
        if (until <= facts->now) {
            asactl_doctor_fail(list, name->host, NULL, "the certificate that %s shows ended on %s",
                               name->host, date);
        } else if (until < facts->now + SOON) {
            asactl_doctor_warn(list, name->host, NULL, "the certificate that %s shows ends on %s",
                               name->host, date);
        }
    }
    asactl_doctor_looked(list, count, ASACTL_DOCTOR_NO_CERTIFICATE_REMEDY,
                         ASACTL_DOCTOR_NO_CERTIFICATE);
    asactl_doctor_ok(list, "no certificate ends within 30 days (%d)", count);
}
