/* SPDX-License-Identifier: Apache-2.0
 *
 * Issues real tickets, as a KDC that knows the keys would, and has the client library make real
 * tokens of them.
 */
#ifndef T_UNIT_TICKET_BUILD_H
#define T_UNIT_TICKET_BUILD_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_pools.h>
#include <krb5.h>

#include "t/unit/der_build.h"

/* Exported by libkrb5 for its KDC, but in none of its installed headers. */
extern krb5_error_code encode_krb5_enc_tkt_part(const krb5_enc_tkt_part *part, krb5_data **code);
extern krb5_error_code encode_krb5_ticket(const krb5_ticket *ticket, krb5_data **code);

typedef struct issue_t {
    const char *client, *server; /* with realm */
    int etype;
    unsigned kvno;            /* what the ticket says; 0: nothing */
    const unsigned char *key; /* what it is sealed with */
    size_t key_len;
    long valid_from, valid_to; /* seconds from now */
    long client_clock;         /* how far the client's clock is from ours */
    const char *transited;     /* realms that the ticket came through; NULL: none */
    bool forwardable;
} issue_t;

static inline void issue_check(krb5_error_code code)
{
    if (code != 0) {
        fprintf(stderr, "issue: error %ld\n", (long)code);
        abort();
    }
}

static inline krb5_data issue_data(const void *bytes, size_t len)
{
    return (krb5_data){.data = (char *)bytes, .length = (unsigned)len};
}

/* The sealed part of the ticket; *sealed is to be freed. */
static inline void issue_seal(krb5_context context, const issue_t *issue, krb5_enc_tkt_part *part,
                              krb5_enc_data *sealed)
{
    krb5_keyblock key = {.enctype = issue->etype,
                         .length = (unsigned)issue->key_len,
                         .contents = (krb5_octet *)issue->key};
    krb5_data *plain;
    size_t room;

    issue_check(encode_krb5_enc_tkt_part(part, &plain));
    issue_check(krb5_c_encrypt_length(context, issue->etype, plain->length, &room));
    sealed->ciphertext = issue_data(malloc(room), room);
    issue_check(krb5_c_encrypt(context, &key, KRB5_KEYUSAGE_KDC_REP_TICKET, NULL, plain, sealed));
    sealed->enctype = issue->etype;
    sealed->kvno = issue->kvno;
    krb5_free_data(context, plain);
}

/* The ticket in creds->ticket, its session key and times in creds. */
static inline void issue_creds(krb5_context context, const issue_t *issue, krb5_creds *creds)
{
    krb5_enc_tkt_part part = {.flags = TKT_FLG_PRE_AUTH |
                                       (issue->forwardable ? TKT_FLG_FORWARDABLE : 0)};
    krb5_ticket ticket = {0};
    krb5_data *code;
    krb5_timestamp now;

    issue_check(krb5_parse_name(context, issue->client, &creds->client));
    issue_check(krb5_parse_name(context, issue->server, &creds->server));
    issue_check(krb5_c_make_random_key(context, ENCTYPE_AES256_CTS_HMAC_SHA1_96, &creds->keyblock));
    issue_check(krb5_timeofday(context, &now));
    creds->times.authtime = now - 60;
    creds->times.starttime = (krb5_timestamp)(now + issue->valid_from);
    creds->times.endtime = (krb5_timestamp)(now + issue->valid_to);
    part.session = &creds->keyblock;
    part.client = creds->client;
    part.times = creds->times;
    part.transited.tr_type = KRB5_DOMAIN_X500_COMPRESS;
    if (issue->transited != NULL) {
        part.transited.tr_contents = issue_data(issue->transited, strlen(issue->transited));
    }
    issue_seal(context, issue, &part, &ticket.enc_part);
    ticket.server = creds->server;
    issue_check(encode_krb5_ticket(&ticket, &code));
    creds->ticket = *code;
    free(code);
    free(ticket.enc_part.ciphertext.data);
    creds->times.starttime = now - 7200; /* the client library would not send it otherwise */
    creds->times.endtime = now + 7200;
}

/* RFC 4121 section 4.1 framing */
static inline der_t issue_frame(apr_pool_t *pool, der_t ap_req)
{
    static const char head[] = "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00";

    return der_wrap(pool, 0x60, der_join(pool, der_bytes(head, sizeof head - 1), ap_req));
}

/* A client's first token for the ticket, made with a clock of its own. */
static inline der_t issue_token(apr_pool_t *pool, const issue_t *issue)
{
    krb5_context context;
    krb5_auth_context auth = NULL;
    krb5_creds creds = {0};
    krb5_data request;
    krb5_timestamp now;
    der_t token;

    issue_check(krb5_init_context(&context));
    issue_creds(context, issue, &creds);
    issue_check(krb5_timeofday(context, &now));
    issue_check(krb5_set_real_time(context, (krb5_timestamp)(now + issue->client_clock), 0));
    issue_check(
        krb5_mk_req_extended(context, &auth, AP_OPTS_MUTUAL_REQUIRED, NULL, &creds, &request));
    token = issue_frame(pool, der_bytes(request.data, request.length));
    krb5_free_data_contents(context, &request);
    krb5_free_cred_contents(context, &creds);
    krb5_auth_con_free(context, auth);
    krb5_free_context(context);
    return token;
}

#endif
