/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that a node holds in the tests of tickets, and a good ticket sealed with one of them.
 */
#ifndef T_UNIT_TICKET_KEYS_H
#define T_UNIT_TICKET_KEYS_H

#include "core/keytab.h"
#include "t/unit/ticket_build.h"

#define REALM "@CORP.TAILSPINTOYS.COM"
#define MAIL  "http/mail.corp.tailspintoys.com"
#define HOURS 3600L
#define ALL   (sizeof keys / sizeof keys[0])

static const unsigned char latest[33] = "latest latest latest latest late";
static const unsigned char previous[33] = "previous previous previous previ";
static const unsigned char own[33] = "own own own own own own own own ";
static const unsigned char foreign[33] = "foreign foreign foreign foreign ";

#define KEY(name, version, type, key_bytes, key_len)                                               \
    {                                                                                              \
        .principal = (name), .realm = "CORP.TAILSPINTOYS.COM", .kvno = (version), .etype = (type), \
        .bytes = (key_bytes), .len = (key_len)                                                     \
    }

static const asa_key_t keys[] = {
    KEY("EXCH2016ASA$", 5, 18, previous, 32),
    KEY("EXCH2016ASA$", 6, 18, latest, 32),
    KEY(MAIL, 6, 18, latest, 32),
    KEY("CAS-1$", 40, 18, own, 32),
    KEY("EXCH2016ASA$", 6, 23, latest, 16),
};

static const issue_t good = {.client = "wendy" REALM,
                             .server = MAIL REALM,
                             .etype = 18,
                             .kvno = 6,
                             .key = latest,
                             .key_len = 32,
                             .valid_from = -30,
                             .valid_to = 10 * HOURS};

static inline issue_t sealed_with(const unsigned char *key, unsigned kvno)
{
    issue_t issue = good;

    issue.key = key;
    issue.kvno = kvno;
    return issue;
}

#endif
